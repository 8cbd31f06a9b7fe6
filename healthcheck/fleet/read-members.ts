import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import type { EC2Client } from '@aws-sdk/client-ec2'
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { FleetUnread, toFault } from './aws-call.ts'
import type { FleetReading, ScalingGroup, SensorAnswer } from './fleet-reading.ts'
import { readAddresses } from './read-addresses.ts'
import { readGroup } from './read-group.ts'
import { readSensor } from './read-sensor.ts'
import { readTargets } from './read-targets.ts'

export interface Clients {
  readonly autoScaling: AutoScalingClient
  readonly loadBalancing: ElasticLoadBalancingV2Client
  readonly ec2: EC2Client
}

export interface Question {
  readonly group: string
  /** @default - the group's own */
  readonly targetGroupArn: string | null
  /** Of the agents. */
  readonly port: number
  /** Of one /status. */
  readonly sensorDeadlineSeconds: number
  /** Ends everything: what has not been read by then is a fault. */
  readonly signal: AbortSignal
}

/** Connections at once. A fleet of 500 that nobody answers for is through in 8 deadlines. */
const askedAtOnce = 64

/**
 * Reads a fleet in three views. Without the group or its targets there is nothing to join; a sensor that cannot be
 * asked is a view of its own.
 * @throws FleetUnread
 */
export async function readMembers(clients: Clients, question: Question): Promise<FleetReading> {
  const { signal } = question
  const { group, instances } = await readGroup(clients.autoScaling, question.group, signal)
  const targetGroupArn = question.targetGroupArn ?? toOnlyTargetGroup(group)
  const targets = targetGroupArn === null ? [] : await readTargets(clients.loadBalancing, targetGroupArn, signal)
  const ids = [...new Set([...instances, ...targets].map(({ id }) => id))].sort()
  const answers = await askSensors(clients.ec2, ids, question)
  const sensors = ids.map((id, index) => {
    const instance = instances.find((one) => one.id === id) ?? null
    const target = targets.find((one) => one.id === id) ?? null
    return { id, zone: instance?.zone ?? '', instance, target, sensor: answers[index] ?? unasked }
  })
  return { group, targetGroupArn, sensors }
}

const unasked: SensorAnswer = { answered: false, fault: 'not asked' }

function toOnlyTargetGroup({ name, targetGroupArns }: ScalingGroup): string | null {
  const [first = null, ...more] = targetGroupArns
  if (more.length === 0) return first
  throw new FleetUnread(`group ${name} has ${targetGroupArns.length} target groups; say which by --target-group:
${targetGroupArns.map((arn) => `  ${arn}`).join('\n')}`)
}

async function askSensors(ec2: EC2Client, ids: readonly string[], question: Question): Promise<SensorAnswer[]> {
  const { port, signal, sensorDeadlineSeconds } = question
  const found = await readAddresses(ec2, ids, signal).catch((error: unknown) =>
    error instanceof FleetUnread ? error.message : toFault(error),
  )
  const ask = async (id: string): Promise<SensorAnswer> => {
    if (typeof found === 'string') return { answered: false, fault: `no address: ${found}` }
    const address = found.get(id)
    if (address === undefined) return { answered: false, fault: 'no address: the instance has none, or is gone' }
    return await readSensor(address, port, AbortSignal.any([signal, AbortSignal.timeout(sensorDeadlineSeconds * 1000)]))
  }
  return await inTurns(ids, ask)
}

/** The answers in the order of the questions, at most `askedAtOnce` of them open. */
async function inTurns<Q, A>(questions: readonly Q[], ask: (question: Q) => Promise<A>): Promise<A[]> {
  const answers: A[] = []
  const waiting = questions.entries()
  const work = async () => {
    for (const [index, question] of waiting) answers[index] = await ask(question)
  }
  await Promise.all(Array.from({ length: askedAtOnce }, work))
  return answers
}
