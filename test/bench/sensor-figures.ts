import type { ConfigurationName } from './engine-configurations.ts'
import { median } from './figures.ts'
import type { Trial } from './trial.ts'

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

/** What the rounds of one configuration gave. */
export interface MeasuredConfiguration {
  readonly configuration: ConfigurationName
  /** The trial of the highest sustained rate, one a round. */
  readonly best: Trial[]
  readonly trials: Trial[]
}

const toRates = ({ best }: MeasuredConfiguration) => best.map(({ packetsPerSecond }) => packetsPerSecond)

/** Ratios are taken round by round, then their median: two rates of one round had the same machine. */
export function toSensorFigures(measured: readonly MeasuredConfiguration[]): SensorFigures {
  const of = (name: ConfigurationName): MeasuredConfiguration =>
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
