import { next, type RateSearch, startSearch, toProbe } from './rate-search.ts'
import type { Limit, Trial } from './trial.ts'
import { type Load, type Rig, runTrial } from './trial-run.ts'

/**
 * Around a rate that is about known. Mostly two trials: one that is sustained, and the next step above it. Steps of half the
 * size would take a minute more than the bench has.
 */
export const laterSearch = { factor: 1.1, precision: 1.11, mostTrials: 7 }
/** The resolution of what is found, in percent: a rate stands for all up to the next step. */
export const searchStepPercent = Math.round((laterSearch.factor - 1) * 100)

export const toLowest = ({ trials }: Found): number =>
  Math.round(Math.min(...trials.map(({ askedPacketsPerSecond }) => askedPacketsPerSecond)))

export interface Found {
  readonly best: Trial | null
  readonly trials: readonly Trial[]
  /** Why the next higher rate that was tried failed; null: none did. */
  readonly limitedBy: Limit | null
}

export const toWords = ({ best, trials, limitedBy }: Found): string =>
  `${best === null ? 'nothing' : Math.round(best.packetsPerSecond)} packets/s without loss, ` +
  `limited by ${limitedBy ?? 'nothing yet'}, ${trials.length} trials`

/** The search of rate-search.ts, carried out on a rig. */
export async function findCapacity(
  rig: Rig,
  settings: RateSearch['settings'],
  toLoadAt: (packetsPerSecond: number) => Load,
  signal: AbortSignal,
): Promise<Found> {
  const trials: Trial[] = []
  let search = startSearch(settings)
  for (let rate = toProbe(search); rate !== null; rate = toProbe(search)) {
    const trial = await runTrial(rig, toLoadAt(rate), signal)
    trials.push(trial)
    search = next(search, rate, trial.limitedBy === null)
  }
  const { sustained, failed } = search
  const at = (rate: number | null) => trials.findLast(({ askedPacketsPerSecond }) => askedPacketsPerSecond === rate)
  return { best: at(sustained) ?? null, trials, limitedBy: at(failed)?.limitedBy ?? null }
}
