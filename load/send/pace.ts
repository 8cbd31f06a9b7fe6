/** How much may go in one go, and when. Units are packets or bits. */
export interface Pace {
  /** Milliseconds until the next burst may go, 0 or less when it may go now. */
  readonly wait: (nowMilliseconds: number) => number
  /** Units that go together, at least 1. */
  readonly burst: number
  /** To be told after each burst, with the time at which it began. */
  readonly sent: (units: number, nowMilliseconds: number) => void
}

/** Half a millisecond of traffic goes together: fewer wake-ups, and a queue that a sensor's ring does not notice. */
const BURST_MILLISECONDS = 0.5
/** Who wakes up late by up to this much need not wait again to stay within the catching-up rate. */
const LATENESS_MILLISECONDS_MAX = 2
/** What was missed by not being scheduled is made up for; what was missed before that is given up. */
const ARREARS_MILLISECONDS_MAX = 500

/**
 * Keeps an asked rate over the whole run, not from packet to packet. A burst is half a millisecond of traffic, and never
 * more than a batch. Who has fallen behind catches up at twice the asked rate at most: in any t milliseconds go no more
 * than 2 × rate × (t + 2 ms) and one burst. null: as fast as it goes.
 */
export function createPace(unitsPerSecond: number | null, startMilliseconds: number): Pace {
  if (unitsPerSecond === null) return { wait: () => 0, burst: Number.POSITIVE_INFINITY, sent: () => {} }
  const perMillisecond = unitsPerSecond / 1000
  let start = startMilliseconds
  let total = 0
  let earliest = startMilliseconds
  return {
    burst: Math.max(1, perMillisecond * BURST_MILLISECONDS),
    wait: (now) => Math.max(start + total / perMillisecond, earliest) - now,
    sent: (units, now) => {
      const arrears = now - (start + total / perMillisecond)
      if (arrears > ARREARS_MILLISECONDS_MAX) start += arrears - ARREARS_MILLISECONDS_MAX
      total += units
      earliest = Math.max(earliest, now - LATENESS_MILLISECONDS_MAX) + units / perMillisecond / 2
    },
  }
}
