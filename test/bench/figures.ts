/** The value below which the given share of the values lies; 0 for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0
}

export interface Figure {
  readonly name: string
  readonly unit: string
  /** One value a run. */
  readonly runs: readonly number[]
  readonly median: number
  readonly limit: number
  readonly ok: boolean
}

export const toFigure = (name: string, unit: string, runs: readonly number[], limit: number): Figure => {
  const rounded = runs.map((value) => Math.round(value * 100) / 100)
  const median = percentile(rounded, 0.5)
  return { name, unit, runs: rounded, median, limit, ok: median <= limit }
}
