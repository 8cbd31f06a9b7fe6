/** A search for the highest rate that is still sustained; `next` takes it one trial further. */
export interface RateSearch {
  /** The highest rate that was sustained, and the lowest that was not; null: not met yet. */
  readonly sustained: number | null
  readonly failed: number | null
  readonly trials: number
  readonly settings: SearchSettings
}

export interface SearchSettings {
  /** Where to begin. */
  readonly guess: number
  /** How far a step goes while only one side of the answer is known; above 1. */
  readonly factor: number
  /** Ends when failed / sustained is at most this; above 1. */
  readonly precision: number
  readonly mostTrials: number
}

export const startSearch = (settings: SearchSettings): RateSearch => ({
  sustained: null,
  failed: null,
  trials: 0,
  settings,
})

/**
 * The rate to try next; null when the search is over. Rates are of geometric scale: the middle of two is the root of their
 * product, so that a step is worth the same at 10,000 packets/s and at 500,000.
 */
export function toProbe({ sustained, failed, trials, settings }: RateSearch): number | null {
  const { guess, factor, precision, mostTrials } = settings
  if (trials >= mostTrials) return null
  if (sustained === null) return failed === null ? guess : failed / factor
  if (failed === null) return sustained * factor
  return failed / sustained <= precision ? null : Math.sqrt(sustained * failed)
}

/**
 * A machine has moods: a rate may fail below one that was sustained. The search goes on below the failure then, because
 * what was sustained once is not the rate without loss.
 */
export function next(search: RateSearch, rate: number, isSustained: boolean): RateSearch {
  const trials = search.trials + 1
  if (isSustained) return { ...search, trials, sustained: Math.max(search.sustained ?? 0, rate) }
  const sustained = search.sustained !== null && search.sustained < rate ? search.sustained : null
  return { ...search, trials, sustained, failed: Math.min(search.failed ?? Number.POSITIVE_INFINITY, rate) }
}
