import { next, type RateSearch, startSearch, toProbe } from './rate-search.ts'
import type { Trial } from './trial.ts'
import { type Load, type Rig, runTrial } from './trial-run.ts'

export const toLowest = ({ trials }: Found): number =>
  Math.round(Math.min(...trials.map(({ askedPacketsPerSecond }) => askedPacketsPerSecond)))

export interface Found {
  readonly best: Trial | null
  readonly trials: readonly Trial[]
}

export const toWords = ({ best, trials }: Found): string =>
  `${best === null ? 'nothing' : Math.round(best.packetsPerSecond)} packets/s without loss, ${trials.length} trials`

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
    search = next(search, rate, trial.sustained)
  }
  const { sustained } = search
  return {
    best: trials.findLast((trial) => trial.sustained && trial.askedPacketsPerSecond === sustained) ?? null,
    trials,
  }
}
