import { availableParallelism } from 'node:os'
import { run, runIn } from '../../infra/local/command.ts'

/**
 * A trial's two halves on a core each. Left to the scheduler they meet on one: the generator is then the limit, and what
 * the network's softirq takes is charged to whichever engine it interrupts.
 */
export const placement = { sensorCore: 0, senderCore: 1 } as const

/** @throws on a machine of one core */
export function requireTwoCores(): void {
  if (availableParallelism() > placement.senderCore) return
  throw new Error('this part keeps the sensor on one core and the generator on another; this machine has one, use two')
}

/** All threads that the process has now; those that it starts later inherit it. */
export const pinToSensorCore = (pid: number): Promise<string> =>
  run('taskset', ['--all-tasks', '--cpu-list', '--pid', String(placement.sensorCore), String(pid)])

/** The command line that runs a program on the sender's core. */
export const onSenderCore = (...command: readonly string[]): string[] => [
  ...['taskset', '--cpu-list', String(placement.senderCore)],
  ...command,
]

/**
 * Who receives: the sensor's core, as a network card's interrupts would have it, or the core that sends, which is where a
 * veth delivers by itself (Documentation/networking/scaling.rst, Receive Packet Steering).
 */
export async function receiveOn(core: 'sensor' | 'sender', namespace: string, interfaceName: string): Promise<void> {
  const mask = core === 'sensor' ? (1 << placement.sensorCore).toString(16) : '0'
  const file = `/sys/class/net/${interfaceName}/queues/rx-0/rps_cpus`
  await runIn(namespace, 'sh', ['-c', `echo ${mask} > ${file}`])
}
