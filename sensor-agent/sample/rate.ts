/** Counters that start together and are read at one instant, in an order that the caller knows. */
export interface Counters {
  /** Seconds on a monotonic clock. */
  readonly atSeconds: number
  readonly values: readonly number[]
}

/**
 * What happened between two readings. When a counter went backwards all began anew with zero: then `counts` is what they
 * counted since, and what was lost before the restart is unknown. Never negative.
 */
export interface Rate {
  readonly seconds: number
  readonly counts: readonly number[]
}

export function toRate(previous: Counters, current: Counters): Rate {
  const seconds = Math.max(0, current.atSeconds - previous.atSeconds)
  const before = (index: number): number => previous.values[index] ?? 0
  // A restart that overtook its former count between two readings cannot be seen here. The uptime would show it, but
  // that follows the wall clock, and a step of the clock must not count a whole life as one second.
  if (current.values.some((value, index) => value < before(index))) return { seconds, counts: current.values }
  return { seconds, counts: current.values.map((value, index) => value - before(index)) }
}

/** The rates over a whole row of readings, added up; null when there are fewer than two. */
export function toTotal(readings: readonly Counters[]): Rate | null {
  const steps = readings.slice(1).flatMap((current, index) => {
    const previous = readings[index]
    return previous ? [toRate(previous, current)] : []
  })
  const [first, ...rest] = steps
  if (first === undefined) return null
  return rest.reduce(
    (sum, step) => ({
      seconds: sum.seconds + step.seconds,
      counts: step.counts.map((count, index) => count + (sum.counts[index] ?? 0)),
    }),
    first,
  )
}
