import type { Clock } from './read/clock.ts'

/**
 * The next instant of a schedule that does not drift: always a whole number of intervals after its start, and later
 * than now. Instants that have passed meanwhile are skipped, not made up for: what is late must not pile up.
 */
export function nextTick(
  startSeconds: number,
  intervalSeconds: number,
  lastTick: number,
  nowSeconds: number,
): { readonly tick: number; readonly atSeconds: number; readonly skipped: number } {
  const passed = Math.floor((nowSeconds - startSeconds) / intervalSeconds)
  const tick = Math.max(lastTick + 1, passed + 1)
  return { tick, atSeconds: startSeconds + tick * intervalSeconds, skipped: tick - lastTick - 1 }
}

/** Runs `work` on that schedule, one at a time, until the signal is aborted. `work` must not reject. */
export async function everyTick(
  clock: Clock,
  intervalSeconds: number,
  signal: AbortSignal,
  work: (skipped: number) => Promise<void>,
): Promise<void> {
  const startSeconds = clock.nowSeconds()
  for (let next = { tick: 0, atSeconds: startSeconds, skipped: 0 }; !signal.aborted; ) {
    await work(next.skipped)
    next = nextTick(startSeconds, intervalSeconds, next.tick, clock.nowSeconds())
    await sleep(clock, Math.max(0, next.atSeconds - clock.nowSeconds()), signal)
  }
}

/** An abort is the end of the wait, not an error. */
const sleep = (clock: Clock, seconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const cancel = clock.after(seconds, () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
    const stop = (): void => {
      cancel()
      resolve()
    }
    signal.addEventListener('abort', stop, { once: true })
  })
