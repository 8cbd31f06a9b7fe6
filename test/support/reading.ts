import { failed } from '../../sensor-agent/read/answer.ts'
import type { Answer, EngineCounters, Reading, ThreadCpu } from '../../sensor-agent/sample/reading.ts'
import { fullReading } from './publication.ts'

/** What is to be seen at one instant. What is left out stands as in `calm`; null is a source that failed. */
export interface Seen {
  readonly atSeconds?: number
  readonly received?: number | null
  readonly own?: number | null
  readonly loopback?: number
  /** Of `iface-stat`. */
  readonly packets?: number | null
  readonly drops?: number
  /** Of `dump-counters`; `'refused'` is an engine that has just started, `'unknown'` a reply that we cannot read. */
  readonly uptime?: number | null | 'refused' | 'unknown'
  /** Of each worker. */
  readonly polls?: number | readonly number[]
  readonly workerPackets?: number
  readonly flows?: number
  readonly cpu?: readonly (readonly [string, number])[] | null
  /** How often the worker `W#01` was given a CPU, in place of `cpu`. */
  readonly switches?: number
  readonly sockets?: number
}

const calm = { atSeconds: 0, received: 0, own: 0, loopback: 0, packets: 0, drops: 0, uptime: 0 } as const
const silent = failed('SENSOR_SOCKET_SILENT', '/run/s', 'uptime', 2)

export function readingOf(seen: Seen): Reading {
  const { atSeconds, received, own, loopback, packets, drops } = { ...calm, ...seen }
  const file = failed('SENSOR_FILE_UNREADABLE', '/proc/x', 'ENOENT')
  return {
    ...fullReading,
    atSeconds,
    'dump-counters': toCounters(seen),
    'iface-stat': packets === null ? silent : { ok: true, value: { packets, drops, invalidChecksums: 0 } },
    interface:
      received === null
        ? file
        : { ok: true, value: { receivedPackets: received, receivedBytes: 0, drops: 0, missed: 0, errors: 0 } },
    'own-traffic': own === null ? file : { ok: true, value: { packets: own, loopbackPackets: loopback } },
    'packet-socket': { ok: true, value: { sockets: seen.sockets ?? 2, drops: 0 } },
    'thread-cpu': seen.cpu === null ? file : { ok: true, value: toThreads(seen) },
  }
}

const toThreads = ({ cpu, switches }: Seen): readonly ThreadCpu[] =>
  switches === undefined
    ? (cpu ?? []).map(([thread, cpuSeconds]) => ({ thread, cpuSeconds, switches: 0 }))
    : [{ thread: 'W#01-ens5', cpuSeconds: 1, switches }]

function toCounters({
  uptime = 0,
  packets,
  drops,
  polls = 0,
  workerPackets = 0,
  flows = 0,
}: Seen): Answer<EngineCounters> {
  if (uptime === 'refused') return failed('SENSOR_COMMAND_REFUSED', 'dump-counters', 'stats not yet synchronized')
  if (uptime === 'unknown') return failed('SENSOR_COUNTERS_UNKNOWN', 'decoder.pkts')
  const base = fullReading['dump-counters']
  if (uptime === null || !base.ok) return silent
  const common = { capturePackets: workerPackets, captureDrops: 0, decodedPackets: 0 }
  return {
    ok: true,
    value: {
      ...base.value,
      uptimeSeconds: uptime,
      capturePackets: packets ?? 0,
      captureDrops: drops ?? 0,
      flows,
      workers: [polls].flat().map((each, index) => ({ ...common, thread: `W#0${index + 1}-ens5`, polls: each })),
    },
  }
}
