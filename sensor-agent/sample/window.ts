import type { CaptureWindow } from '../../healthcheck/capture.ts'
import { toFailures } from './failures.ts'
import { type History, withinWindow } from './history.ts'
import { engineSources, type Reading, type Source } from './reading.ts'
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
  const since = (seconds: number): number => Math.max(0, now - seconds)
  const { standstill } = history
  const counters = last ? known(last['dump-counters']) : null
  const disk = last ? known(last.disk) : null
  const [capturePackets = null, captureDrops = null] = toCaptureTotal(readings)?.counts ?? []
  const receivedPackets = toReceivedPackets(readings)
  return {
    windowSeconds: now - (readings[0]?.atSeconds ?? now) || windowSeconds,
    suricataUp: facts.suricataUp,
    socketSilentSeconds: since(history.socketAnsweredSeconds),
    engineStandstillSeconds: Math.max(standstill.threadsSeconds, ...standstill.workers.values()),
    captureStandstillSeconds: standstill.captureSeconds,
    countersAgeSeconds: since(history.countersMovedSeconds),
    receivedPackets,
    receiveSilenceSeconds: receivedPackets === null && readings.length > 1 ? null : since(history.mirroredSeconds),
    capturePackets,
    captureDrops,
    workerBusyRatioMax: toWorkerBusy(readings)?.max ?? null,
    memcapPressureRatio: counters?.memcapPressureRatio ?? null,
    // Our own rule is always loaded, and detects nothing.
    rulesLoaded: counters ? Math.max(0, counters.rulesLoaded - 1) : null,
    rulesRejected: facts.rulesRejected,
    diskFreeRatio: disk && disk.totalBytes > 0 ? disk.freeBytes / disk.totalBytes : null,
    draining: facts.draining,
    failedSources: toFailedSources(last, facts),
  }
}

/** An engine that is down is a finding of its own, and not that we do not see it. */
const toFailedSources = (reading: Reading | undefined, { suricataUp }: WindowFacts): readonly Source[] =>
  (reading ? toFailures(reading) : [])
    .map(([source]) => source)
    .filter((source) => suricataUp || !engineSources.includes(source))
