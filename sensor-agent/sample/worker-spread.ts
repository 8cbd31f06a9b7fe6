import type { Reading } from './reading.ts'
import { type Spread, toSpread } from './spread.ts'
import { known, toWindowTotal } from './window-total.ts'
import { toWorkerBusy } from './worker-busy.ts'

/** How the capture workers share the work of the window; null where a source failed in the last reading, or spoke only once. */
export interface WorkerSpread {
  readonly workers: number | null
  readonly busyRatio: Spread | null
  /** Drops included. */
  readonly packetsPerSecond: Spread | null
  readonly dropsPerSecond: Spread | null
  /** 0 evenly, 1 all on one; null without packets. Of few packets it says little: a single one is always on one worker. */
  readonly imbalanceRatio: number | null
}

/** Of `dump-counters`, whose snapshot lags by up to 4 s: a spread over the window, not of the last second. */
export function toWorkerSpread(readings: readonly Reading[]): WorkerSpread {
  const last = readings.at(-1)
  const workers = last ? known(last['dump-counters'])?.workers : undefined
  const threads = workers?.map(({ thread }) => thread) ?? []
  const total = toWindowTotal(readings, (reading) => toCounts(reading, threads))
  const perSecond = total && total.seconds > 0 ? total.counts.map((count) => count / total.seconds) : []
  const packets = perSecond.slice(0, threads.length)
  return {
    workers: workers?.length ?? null,
    busyRatio: toWorkerBusy(readings),
    packetsPerSecond: toSpread(packets),
    dropsPerSecond: toSpread(perSecond.slice(threads.length)),
    imbalanceRatio: toImbalanceRatio(packets),
  }
}

/** Packets of every thread, then drops of every thread. A thread that was not there yet had counted nothing. */
function toCounts(reading: Reading, threads: readonly string[]): readonly number[] | null {
  const workers = known(reading['dump-counters'])?.workers
  if (workers === undefined) return null
  const byThread = new Map(workers.map((worker) => [worker.thread, worker]))
  return [
    ...threads.map((thread) => byThread.get(thread)?.capturePackets ?? 0),
    ...threads.map((thread) => byThread.get(thread)?.captureDrops ?? 0),
  ]
}

/** What the busiest worker has beyond an even share, over the most that it could have. */
function toImbalanceRatio(rates: readonly number[]): number | null {
  const total = rates.reduce((sum, rate) => sum + rate, 0)
  if (total === 0) return null
  if (rates.length === 1) return 0
  const even = 1 / rates.length
  return Math.max(0, (Math.max(...rates) / total - even) / (1 - even))
}
