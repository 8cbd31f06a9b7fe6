import { failed } from '../../sensor-agent/read/answer.ts'
import type { Answer, EngineCounters, Reading } from '../../sensor-agent/sample/reading.ts'
import { fullReading } from './publication.ts'

/** What is to be seen at one instant. What is left out stands as in `calm`; null is a source that failed. */
export interface Seen {
  readonly atSeconds?: number
  readonly received?: number | null
  readonly own?: number | null
  readonly elsewhere?: number
  /** Of `iface-stat`. */
  readonly packets?: number | null
  readonly drops?: number
  /** Of `dump-counters`; `'refused'` is an engine that has just started. */
  readonly uptime?: number | null | 'refused'
  readonly polls?: number
  readonly workerPackets?: number
  readonly flows?: number
  readonly cpu?: readonly (readonly [string, number])[] | null
}

const calm = { atSeconds: 0, received: 0, own: 0, elsewhere: 0, packets: 0, drops: 0, uptime: 0 } as const
const silent = failed('SENSOR_SOCKET_SILENT', '/run/s', 'uptime', 2)

export function readingOf(seen: Seen): Reading {
  const { atSeconds, received, own, elsewhere, packets, drops } = { ...calm, ...seen }
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
    'own-traffic': own === null ? file : { ok: true, value: { packets: own, elsewherePackets: elsewhere } },
    'thread-cpu':
      seen.cpu === null
        ? file
        : { ok: true, value: (seen.cpu ?? []).map(([thread, cpuSeconds]) => ({ thread, cpuSeconds })) },
  }
}

function toCounters({
  uptime = 0,
  packets,
  drops,
  polls = 0,
  workerPackets = 0,
  flows = 0,
}: Seen): Answer<EngineCounters> {
  if (uptime === 'refused') return failed('SENSOR_COMMAND_REFUSED', 'dump-counters', 'stats not yet synchronized')
  const base = fullReading['dump-counters']
  if (uptime === null || !base.ok) return silent
  const worker = { thread: 'W#01-ens5', capturePackets: workerPackets, captureDrops: 0, decodedPackets: 0, polls }
  return {
    ok: true,
    value: {
      ...base.value,
      uptimeSeconds: uptime,
      capturePackets: packets ?? 0,
      captureDrops: drops ?? 0,
      flows,
      workers: [worker],
    },
  }
}
