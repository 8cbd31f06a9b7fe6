/**
 * Whether a number can be a figure at all: every count, length of time and ratio is finite and not negative. Comparisons
 * with NaN are all false, so an unchecked one would pass every limit in silence.
 */
export function isFigure(value: number): boolean {
  return Number.isFinite(value) && value >= 0
}
