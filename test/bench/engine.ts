import { run } from '../../infra/local/command.ts'
import { monotonicClock } from '../../sensor-agent/read/clock.ts'
import { decodeNetDev } from '../../sensor-agent/read/net-dev.ts'
import { openSuricataSocket } from '../../sensor-agent/read/suricata-socket.ts'

/** A running Suricata, as a bench looks at it. */
export interface Engine {
  readonly pid: number
  /** @throws when it does not answer */
  readonly readCounters: () => Promise<EngineCounts>
  readonly close: () => void
}

export interface EngineCounts {
  readonly captured: number
  readonly captureDrops: number
  /** Drops and errors of the vxlan devices. */
  readonly deviceDrops: number
}

export interface EngineAddress {
  readonly pid: number
  readonly namespace: string
  readonly socketPath: string
  /** Where it captures; the vxlan devices among them. */
  readonly interfaces: readonly string[]
  readonly devices: readonly string[]
}

const answerSeconds = 10

export function openEngine({ pid, namespace, socketPath, interfaces, devices }: EngineAddress): Engine {
  const socket = openSuricataSocket({ path: socketPath, deadlineSeconds: answerSeconds, clock: monotonicClock })
  const readInterface = async (name: string) => {
    const answer = await socket.ask('iface-stat', { iface: name })
    if (!answer.ok) throw new Error(answer.fault)
    return answer.value
  }
  return {
    pid,
    readCounters: async () => {
      const stats = await Promise.all(interfaces.map(readInterface))
      return {
        captured: stats.reduce((sum, { packets }) => sum + packets, 0),
        captureDrops: stats.reduce((sum, { drops }) => sum + drops, 0),
        deviceDrops: devices.length === 0 ? 0 : await readDeviceDrops(namespace, devices),
      }
    },
    close: socket.close,
  }
}

async function readDeviceDrops(namespace: string, devices: readonly string[]): Promise<number> {
  const table = decodeNetDev(await run('ip', ['netns', 'exec', namespace, 'cat', '/proc/net/dev']))
  if (table === undefined) throw new Error(`/proc/net/dev in ${namespace} has no counters`)
  return table.filter(({ name }) => devices.includes(name)).reduce((sum, { drops, errors }) => sum + drops + errors, 0)
}
