import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConfigurationName, configurationNames } from './engine-configurations.ts'
import { type EngineRig, startEngineRig } from './engine-rig.ts'
import { median } from './figures.ts'
import { next, type RateSearch, startSearch, toProbe } from './rate-search.ts'
import type { Trial } from './trial.ts'
import { type Load, type Rig, runTrial } from './trial-run.ts'

const rounds = 5
const trialSeconds = 1.2
/** Flows under way at the end are finished, so short trials want flows that are short as well: see `few-enis`. */
const scenario = ['--scenario', 'few-enis']
const firstSearch = { guess: 40_000, factor: 2, precision: 1.12, mostTrials: 8 }
const laterSearch = { factor: 1.3, precision: 1.07, mostTrials: 5 }
/** Beyond what is sustained, for the chart. */
const overloads = [1.5, 2.2, 3.2]

export interface Capacity {
  readonly zeroLossPps: number
  /** Of the engine and of softirq together, at that rate. */
  readonly cpuSecondsPerMillion: number
  readonly processSecondsPerMillion: number
  readonly softirqSecondsPerMillion: number
  /** Zero-loss packets/s, one a round. */
  readonly runs: readonly number[]
  /** CPU seconds per million packets, one a round. */
  readonly cpuRuns: readonly number[]
  readonly ratioToWalkthrough: number
}

export interface SensorFigures extends Readonly<Record<ConfigurationName, Capacity>> {
  readonly bestRatioToWalkthrough: number
  /** Round by round, of the better one over all rounds. */
  readonly bestRatioRuns: readonly number[]
  readonly trials: readonly (Trial & { readonly configuration: ConfigurationName })[]
}

/** One sensor of two capture threads, fed with few outer ports: the rate that each configuration sustains without loss. */
export async function measureSensor(say: (text: string) => void, signal: AbortSignal): Promise<SensorFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'mirror-fleet-bench-'))
  const rigs: EngineRig[] = []
  try {
    for (const name of configurationNames) rigs.push(await startEngineRig(name, folder, signal))
    return toFigures(await measureRounds(rigs, say, signal))
  } finally {
    const ends = await Promise.allSettled(rigs.map(({ stop }) => stop()))
    for (const end of ends) if (end.status === 'rejected') say(String(end.reason))
    await rm(folder, { recursive: true, force: true })
  }
}

interface Measured {
  readonly configuration: ConfigurationName
  /** The trial of the highest sustained rate, one a round. */
  readonly best: Trial[]
  readonly trials: Trial[]
}

async function measureRounds(
  rigs: readonly EngineRig[],
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<readonly Measured[]> {
  const measured = rigs.map((rig): Measured & { readonly rig: EngineRig } => ({
    ...{ rig, configuration: rig.configuration, best: [], trials: [] },
  }))
  for (let round = 1; round <= rounds; round++) {
    for (const { rig, best, trials } of measured) {
      const guess = median(best.map(({ packetsPerSecond }) => packetsPerSecond))
      const settings = guess > 0 ? { ...laterSearch, guess } : firstSearch
      const found = await findCapacity(rig, settings, toLoad, signal)
      trials.push(...found.trials)
      if (found.best === null) throw new Error(`${rig.name} sustained no rate down to ${toLowest(found)} packets/s`)
      best.push(found.best)
      say(`sensor: round ${round} of ${rounds}, ${rig.name}: ${toWords(found)}`)
    }
  }
  for (const { rig, best, trials } of measured) {
    const base = median(best.map(({ packetsPerSecond }) => packetsPerSecond))
    for (const times of base > 0 ? overloads : []) trials.push(await runTrial(rig, toLoad(base * times), signal))
  }
  return measured
}

const toLoad = (packetsPerSecond: number): Load => ({
  options: scenario,
  packetsPerSecond,
  packets: packetsPerSecond * trialSeconds,
})

const toLowest = ({ trials }: Found): number =>
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

const toRates = ({ best }: Measured) => best.map(({ packetsPerSecond }) => packetsPerSecond)

function toFigures(measured: readonly Measured[]): SensorFigures {
  const of = (name: ConfigurationName): Measured =>
    measured.find(({ configuration }) => configuration === name) ?? { configuration: name, best: [], trials: [] }
  const walkthrough = toRates(of('walkthrough'))
  const toRatios = (name: ConfigurationName) =>
    toRates(of(name)).map((rate, round) => rate / (walkthrough[round] ?? Number.NaN))
  const capacity = (name: ConfigurationName): Capacity => {
    const { best } = of(name)
    const over = (pick: (trial: Trial) => number) => median(best.map(pick))
    const cpuRuns = best.map((trial) => trial.processSecondsPerMillion + trial.softirqSecondsPerMillion)
    return {
      zeroLossPps: Math.round(median(toRates(of(name)))),
      cpuSecondsPerMillion: median(cpuRuns),
      cpuRuns,
      processSecondsPerMillion: over((trial) => trial.processSecondsPerMillion),
      softirqSecondsPerMillion: over((trial) => trial.softirqSecondsPerMillion),
      runs: toRates(of(name)).map(Math.round),
      ratioToWalkthrough: median(toRatios(name)),
    }
  }
  const better = median(toRatios('kernel')) > median(toRatios('suricata')) ? 'kernel' : 'suricata'
  return {
    ...{ walkthrough: capacity('walkthrough'), suricata: capacity('suricata'), kernel: capacity('kernel') },
    bestRatioToWalkthrough: median(toRatios(better)),
    bestRatioRuns: toRatios(better),
    trials: measured.flatMap(({ configuration, trials }) => trials.map((trial) => ({ configuration, ...trial }))),
  }
}
