/** The value below which the given share of the values lies; 0 for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0
}

/** Of an even count the mean of the two in the middle; 0 for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1)
  return middle.reduce((sum, value) => sum + value, 0) / Math.max(middle.length, 1)
}

export type Goal = { readonly atLeast: number } | { readonly atMost: number }

export interface Figure {
  readonly name: string
  readonly unit: string
  /** One value a run. */
  readonly runs: readonly number[]
  readonly median: number
  /** null: reported, and held to nothing. */
  readonly goal: Goal | null
  readonly verdict: 'within' | 'misses' | null
  /** What the number alone would not say. */
  readonly note: string
}

/** @param goal the median is held to it as it was measured, not as it is rounded for the table */
export function toFigure(
  name: string,
  unit: string,
  runs: readonly number[],
  goal: Goal | null = null,
  note = '',
): Figure {
  const value = median(runs)
  return {
    name,
    unit,
    runs: runs.map(toShort),
    median: toShort(value),
    goal,
    verdict: toVerdict(runs.length === 0 ? Number.NaN : value, goal),
    note,
  }
}

function toVerdict(value: number, goal: Goal | null): Figure['verdict'] {
  if (goal === null) return null
  const reached = 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost
  return reached ? 'within' : 'misses'
}

export const toGoalText = (goal: Goal | null): string => {
  if (goal === null) return ''
  return 'atLeast' in goal ? `>= ${goal.atLeast}` : `<= ${goal.atMost}`
}

/** Three decimals for small numbers, none for those that need none. */
export const toShort = (value: number): number =>
  Math.abs(value) >= 1000 ? Math.round(value) : Math.round(value * 1000) / 1000
