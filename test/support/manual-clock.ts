import type { Clock } from '../../sensor-agent/read/clock.ts'

/** Timers further away than this never go off: the end of the test's world. */
const horizonSeconds = 1e6

/** A clock that stands until it is told to move, or until nothing but a timer is left: then it moves on to the next one. */
export function manualClock(startSeconds: number): Clock & { readonly advance: (seconds: number) => void } {
  let now = startSeconds
  const timers = new Set<{ readonly atSeconds: number; readonly action: () => void }>()
  const pump = (): void => {
    const [next] = [...timers].sort((a, b) => a.atSeconds - b.atSeconds)
    if (next === undefined) return
    timers.delete(next)
    now = Math.max(now, next.atSeconds)
    next.action()
  }
  return {
    nowSeconds: () => now,
    advance: (seconds) => {
      now += seconds
    },
    after: (seconds, action) => {
      if (seconds > horizonSeconds) return () => {}
      const timer = { atSeconds: now + seconds, action }
      timers.add(timer)
      setImmediate(pump)
      return () => void timers.delete(timer)
    },
  }
}
