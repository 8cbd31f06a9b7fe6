import type { HistoryPoint } from '../messages.ts'
import { toClock, toPercent, toRate } from './words.ts'

export const historySeconds = 900
const leastSeconds = 120
/** Fewer are no distance: the rhythm of the readings is not known yet. */
const fewestForRhythm = 3

export type Column = (number | null)[]

/** With `point` at the end, and without those that have become older than the charts are wide, or come from later. */
export function withPoint(points: readonly HistoryPoint[], point: HistoryPoint): readonly HistoryPoint[] {
  const { atMilliseconds: newest } = point
  const oldest = newest - historySeconds * 1000
  return [...points.filter(({ atMilliseconds: at }) => at >= oldest && at < newest), point]
}

/** Sensors that the points know, in an order that a new sensor does not disturb: by name, numbers by value. */
export function toSensorIds(points: readonly HistoryPoint[]): readonly string[] {
  const ids = new Set(points.flatMap(({ packetsPerSecond }) => Object.keys(packetsPerSecond)))
  return [...ids].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

/** Where nothing was read for much longer than usual, a line must break, not bridge. */
export function withGaps(points: readonly HistoryPoint[]): readonly HistoryPoint[] {
  const distances = points.slice(1).map((point, i) => point.atMilliseconds - (points[i]?.atMilliseconds ?? 0))
  if (distances.length < fewestForRhythm) return points
  const usual = distances.toSorted((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0
  return points.flatMap((point, i) => {
    const distance = i === 0 ? 0 : (distances[i - 1] ?? 0)
    if (distance <= 3 * usual) return [point]
    const blank = { mirroredPerSecond: null, packetsPerSecond: {}, lossRatio: null }
    return [{ atMilliseconds: point.atMilliseconds - distance / 2, ...blank }, point]
  })
}

/** Times in seconds, then mirrored, then each sensor. */
export function toRateColumns(points: readonly HistoryPoint[], ids: readonly string[]): [number[], ...Column[]] {
  return [
    points.map(({ atMilliseconds }) => atMilliseconds / 1000),
    points.map(({ mirroredPerSecond }) => mirroredPerSecond),
    ...ids.map((id) => points.map(({ packetsPerSecond }) => packetsPerSecond[id] ?? null)),
  ]
}

/** Times in seconds, then the loss in percent. */
export function toLossColumns(points: readonly HistoryPoint[]): [number[], ...Column[]] {
  return [
    points.map(({ atMilliseconds }) => atMilliseconds / 1000),
    points.map(({ lossRatio }) => (lossRatio === null ? null : lossRatio * 100)),
  ]
}

/** What the charts are wide, in seconds: all that there is, but never so little that a second is an event. */
export const toTimeSpan = (oldest: number, newest: number): [number, number] => [
  Math.max(newest - historySeconds, Math.min(oldest, newest - leastSeconds)),
  newest,
]

/** Top of the loss scale in percent: the power of ten above the greatest. */
export function toLossTop(percents: ArrayLike<number | null | undefined>): number {
  const most = Array.from(percents).reduce<number>((greatest, percent) => Math.max(greatest, percent ?? 0), 0)
  return [0.1, 1, 10].find((top) => most <= top * 0.9) ?? 100
}

const spanOf = (points: readonly HistoryPoint[]): string => {
  const [first, last] = [points[0], points.at(-1)]
  return first === undefined || last === undefined
    ? ''
    : `from ${toClock(first.atMilliseconds)} to ${toClock(last.atMilliseconds)}`
}

/** The chart of rates for whoever does not see it. */
export function toRateSummary(points: readonly HistoryPoint[], ids: readonly string[]): string {
  const last = points.at(-1)
  if (last === undefined) return 'Packets a second over time: no data yet.'
  const now = ids.map((id) => `${id} captures ${toRate(last.packetsPerSecond[id] ?? null)}`)
  return `Packets a second ${spanOf(points)}. Now: mirrored ${toRate(last.mirroredPerSecond)}; ${now.join('; ')}.`
}

/** The chart of loss for whoever does not see it. */
export function toLossSummary(points: readonly HistoryPoint[]): string {
  const known = points.filter((point): point is HistoryPoint & { lossRatio: number } => point.lossRatio !== null)
  const [first, ...others] = known
  if (first === undefined) return 'Loss over time: no data yet.'
  const worst = others.reduce((most, point) => (point.lossRatio > most.lossRatio ? point : most), first)
  const now = `Now ${toPercent(points.at(-1)?.lossRatio ?? null)}`
  if (worst.lossRatio === 0) return `Loss ${spanOf(points)}: none at any time. ${now}.`
  return `Loss ${spanOf(points)}. ${now}; worst ${toPercent(worst.lossRatio)} at ${toClock(worst.atMilliseconds)}.`
}
