import { performance } from 'node:perf_hooks'

/** Time as an argument. */
export interface Clock {
  /** Seconds on a monotonic clock. */
  readonly nowSeconds: () => number
  /** Calls `action` once after so many seconds, unless the returned function is called before. */
  readonly after: (seconds: number, action: () => void) => () => void
}

/** `performance.now` is CLOCK_MONOTONIC: a step of the wall clock does not move it. */
export const monotonicClock: Clock = {
  nowSeconds: () => performance.now() / 1000,
  after: (seconds, action) => {
    const timer = setTimeout(action, seconds * 1000)
    return () => clearTimeout(timer)
  },
}
