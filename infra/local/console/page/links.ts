export interface Point {
  readonly x: number
  readonly y: number
}

/** Points to the right edge of a card from the left edge of the next. */
export interface Link {
  readonly from: Point
  readonly to: Point
  /** Null: unknown. */
  readonly perSecond: number | null
}

const thinnest = 1.5
const thickest = 9

/** A curve that leaves and arrives level, as SVG's `d`. */
export function toCurve({ from, to }: Link): string {
  const middle = (from.x + to.x) / 2
  return `M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`
}

/** Pixels; grows with the root of the rate, so that a quiet source is still seen beside a busy one. */
export function toWidth(perSecond: number | null, most: number): number {
  if (perSecond === null || perSecond <= 0 || most <= 0) return thinnest
  return thinnest + (thickest - thinnest) * Math.sqrt(Math.min(1, perSecond / most))
}

/** No packet flows, or nobody knows. */
export const isIdle = (perSecond: number | null): boolean => perSecond === null || perSecond === 0
