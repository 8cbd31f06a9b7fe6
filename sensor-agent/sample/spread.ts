/** A figure of each worker, in three numbers. */
export interface Spread {
  readonly max: number
  readonly min: number
  readonly mean: number
}

/** Null of no figures. */
export function toSpread(figures: readonly number[]): Spread | null {
  if (figures.length === 0) return null
  return {
    max: Math.max(...figures),
    min: Math.min(...figures),
    mean: figures.reduce((sum, figure) => sum + figure, 0) / figures.length,
  }
}
