import type { Reading, ThreadCpu } from './reading.ts'
import { type Spread, toSpread } from './spread.ts'
import { toWindowTotal } from './window-total.ts'

/** Capture workers by the engine's naming: `W#01-ens5`. */
export const isCaptureWorker = (thread: string): boolean => thread.startsWith('W#')

/** CPU time over wall time, 0..1, over the workers. Null when the source failed in the last reading, answered only once, or knows no worker. */
export function toWorkerBusy(readings: readonly Reading[]): Spread | null {
  const last = readings.at(-1)?.['thread-cpu']
  const workers = last?.ok ? last.value.filter(({ thread }) => isCaptureWorker(thread)) : []
  const ratios = workers.flatMap(({ thread }) => {
    const total = toWindowTotal(readings, ({ 'thread-cpu': answer }) =>
      answer.ok ? [cpuSecondsOf(answer.value, thread)] : null,
    )
    if (total === null || total.seconds === 0) return []
    // Ticks of 10 ms: over a short window a full worker can seem to have had more than the time there was.
    return [Math.min(1, (total.counts[0] ?? 0) / total.seconds)]
  })
  return toSpread(ratios)
}

/** A thread that was not there yet had used nothing. */
const cpuSecondsOf = (threads: readonly ThreadCpu[], thread: string): number =>
  threads.find((candidate) => candidate.thread === thread)?.cpuSeconds ?? 0
