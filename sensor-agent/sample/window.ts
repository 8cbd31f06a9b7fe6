import type { CaptureWindow } from '../../healthcheck/capture.ts'
import { type History, withinWindow } from './history.ts'
import type { Reading, Source } from './reading.ts'
import { known, toCaptureTotal, toReceivedPackets } from './window-total.ts'
import { toWorkerBusy } from './worker-busy.ts'

/** What the agent knows of itself and the readings do not say. */
export interface WindowFacts {
  readonly suricataUp: boolean
  readonly draining: boolean
  readonly rulesRejected: number
}

/**
 * The last `windowSeconds` of a history as the vocabulary of health. Give at most the length that the history was made
 * for. After the first reading there is nothing to compare with: its counts are null and the window has its full length.
 *
 * @throws never; an empty history is a window in which nothing is known
 */
export function toWindow(history: History, facts: WindowFacts, windowSeconds: number): CaptureWindow {
  const last = history.readings.at(-1)
  const now = last?.atSeconds ?? 0
  const readings = withinWindow(history.readings, now - windowSeconds)
  const since = (seconds: number | null): number => (seconds === null ? 0 : Math.max(0, now - seconds))
  const counters = last ? known(last['dump-counters']) : null
  const disk = last ? known(last.disk) : null
  const [capturePackets = null, captureDrops = null] = toCaptureTotal(readings)?.counts ?? []
  const receivedPackets = toReceivedPackets(readings)
  return {
    windowSeconds: now - (readings[0]?.atSeconds ?? now) || windowSeconds,
    suricataUp: facts.suricataUp,
    socketSilentSeconds: since(history.socketAnsweredSeconds),
    engineStandstillSeconds: Math.max(since(history.uptimeMovedSeconds), since(history.workersAwaitedSeconds)),
    captureStandstillSeconds: since(history.captureAwaitedSeconds),
    countersAgeSeconds: since(history.countersMovedSeconds),
    receivedPackets,
    receiveSilenceSeconds: receivedPackets === null && readings.length > 1 ? null : since(history.mirroredSeconds),
    capturePackets,
    captureDrops,
    workerBusyRatioMax: toWorkerBusy(readings)?.max ?? null,
    memcapPressureRatio: counters?.memcapPressureRatio ?? null,
    rulesLoaded: counters?.rulesLoaded ?? null,
    rulesRejected: facts.rulesRejected,
    diskFreeRatio: disk && disk.totalBytes > 0 ? disk.freeBytes / disk.totalBytes : null,
    draining: facts.draining,
    failedSources: last ? toFailedSources(last) : [],
  }
}

/** In the order of the reading. */
export function toFailedSources({ atSeconds: _, ...answers }: Reading): readonly Source[] {
  return sources.filter((source) => !answers[source].ok)
}

const sources = [
  'dump-counters',
  'iface-stat',
  'interface',
  'own-traffic',
  'softnet',
  'packet-socket',
  'thread-cpu',
  'ethtool',
  'disk',
] as const satisfies readonly Source[]
