import type { ConsoleReading } from './source.ts'

/** Chooses one counter out of a reading; null where it is not known. */
export type PickCounter = (reading: ConsoleReading) => number | null

/** Readings of a window, oldest first. */
export type Window = readonly ConsoleReading[]

/** The newest readings that reach back `windowSeconds`, or as far as there are any. */
export function toWindow(readings: Window, windowSeconds: number): Window {
  const newest = readings.at(-1)
  if (newest === undefined) return []
  const from = newest.atMilliseconds - windowSeconds * 1000
  const begin = readings.findLastIndex(({ atMilliseconds }) => atMilliseconds <= from)
  return readings.slice(Math.max(0, begin))
}

const toSeconds = (window: Window): number => {
  const [first, last] = [window[0], window.at(-1)]
  return first === undefined || last === undefined ? 0 : (last.atMilliseconds - first.atMilliseconds) / 1000
}

/**
 * What a counter gained in the window, a second. Where it is unknown for a while, the next known value is compared with the
 * last one; a step back is a restart, of which the new value is the part that is known to be new.
 * @returns null when it is known fewer than two times
 */
export function toRate(window: Window, pick: PickCounter): number | null {
  const values = window.map(pick).filter((value) => value !== null)
  const seconds = toSeconds(window)
  if (values.length < 2 || seconds <= 0) return null
  const gained = values.reduce((sum, value, index) => sum + toGain(value, values[index - 1]), 0)
  return gained / seconds
}

/** The same, counting only the steps at whose end `isCounted` holds; 0 where it never does. */
export function toRateWhile(
  window: Window,
  pick: PickCounter,
  isCounted: (reading: ConsoleReading) => boolean,
): number | null {
  const seconds = toSeconds(window)
  if (seconds <= 0) return null
  let last: number | null = null
  let gained: number | null = null
  for (const reading of window) {
    const value = pick(reading)
    if (value === null) continue
    if (last !== null) gained = (gained ?? 0) + (isCounted(reading) ? toGain(value, last) : 0)
    last = value
  }
  return gained === null ? null : gained / seconds
}

const toGain = (value: number, before: number | undefined): number =>
  before === undefined ? 0 : value >= before ? value - before : value

/** Of those that are known; null when none is. */
export function toSum(rates: readonly (number | null)[]): number | null {
  const known = rates.filter((rate) => rate !== null)
  return known.length === 0 ? null : known.reduce((sum, rate) => sum + rate, 0)
}
