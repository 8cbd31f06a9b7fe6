import type { ConfigurationName } from './engine-configurations.ts'
import { median } from './figures.ts'
import { type Limit, type Trial, toUsualLimit } from './trial.ts'

export interface Capacity {
  readonly zeroLossPps: number
  /** What most rounds met above that rate; `generator`: the rate is a lower bound. */
  readonly limitedBy: Limit | null
  /** Of the engine and of softirq together. */
  readonly cpuSecondsPerMillion: number
  readonly processSecondsPerMillion: number
  /**
   * Of the kernel's receive path, beyond what the same packets cost where nobody listens: how much longer a core takes that
   * sends and receives at top speed. /proc/stat would not do, for it counts softirq at ticks, which a paced sender evades.
   */
  readonly softirqSecondsPerMillion: number
  /** Of the rounds, in which one capture thread did nearly all for one source of two outer ports. A matter of addresses. */
  readonly lopsidedShare: number
  readonly ratioToWalkthrough: number
  /** Zero-loss packets/s, one a round, as everything below. */
  readonly runs: readonly number[]
  readonly limitedByRuns: readonly (Limit | null)[]
  /** CPU seconds per million packets. */
  readonly cpuRuns: readonly number[]
  readonly processRuns: readonly number[]
  readonly softirqRuns: readonly number[]
  /** The busiest capture thread's share of all their CPU. */
  readonly busiestWorkerRuns: readonly number[]
}

export interface SensorFigures extends Readonly<Record<ConfigurationName, Capacity>> {
  readonly bestRatioToWalkthrough: number
  /** Round by round, of the better one over all rounds. */
  readonly bestRatioRuns: readonly number[]
  /** Of sending, and of receiving where nobody listens: the part that no configuration is charged with. */
  readonly sinkSecondsPerMillion: number
  readonly trials: readonly (Trial & { readonly configuration: ConfigurationName })[]
}

/** What the rounds of one configuration gave. */
export interface MeasuredConfiguration {
  readonly configuration: ConfigurationName
  /** The trial of the highest sustained rate, one a round. */
  readonly best: Trial[]
  readonly limits: (Limit | null)[]
  /** Of the searches and beyond. */
  readonly trials: Trial[]
  /** At one rate for all configurations, one a round. */
  readonly paced: Trial[]
  /** At top speed, one a round. */
  readonly floods: Trial[]
}

const toRates = ({ best }: MeasuredConfiguration) => best.map(({ packetsPerSecond }) => packetsPerSecond)

/**
 * Ratios are taken round by round, then their median: two rates of one round had the same machine.
 * @param sinkFloods at top speed to a sensor on which nobody listens, one a round
 */
export function toSensorFigures(
  measured: readonly MeasuredConfiguration[],
  sinkFloods: readonly Trial[],
): SensorFigures {
  const empty = { best: [], limits: [], trials: [], paced: [], floods: [] }
  const of = (name: ConfigurationName): MeasuredConfiguration =>
    measured.find(({ configuration }) => configuration === name) ?? { configuration: name, ...empty }
  const walkthrough = toRates(of('walkthrough'))
  const toRatios = (name: ConfigurationName) =>
    toRates(of(name)).map((rate, round) => rate / (walkthrough[round] ?? Number.NaN))
  const sink = sinkFloods.map(toSendSeconds)
  const toNamed = (name: ConfigurationName) => toCapacity(of(name), sink, toRatios(name))
  const better = median(toRatios('kernel')) > median(toRatios('suricata')) ? 'kernel' : 'suricata'
  return {
    ...{ walkthrough: toNamed('walkthrough'), suricata: toNamed('suricata'), kernel: toNamed('kernel') },
    bestRatioToWalkthrough: median(toRatios(better)),
    bestRatioRuns: toRatios(better),
    sinkSecondsPerMillion: median(sink),
    trials: measured.flatMap(({ configuration, trials }) => trials.map((trial) => ({ configuration, ...trial }))),
  }
}

/** Two ports fall to one thread or to both, so a share is about 1 or about a half, and a median of such says nothing. */
const lopsided = 0.9

/** Of a core that does nothing else, per million packets. */
const toSendSeconds = ({ packetsPerSecond }: Trial): number => 1e6 / packetsPerSecond

function toCapacity(measured: MeasuredConfiguration, sink: readonly number[], ratios: readonly number[]): Capacity {
  const { limits, paced, floods } = measured
  const processRuns = paced.map(({ processSecondsPerMillion }) => processSecondsPerMillion)
  const softirqRuns = floods.map((trial, round) => toSendSeconds(trial) - (sink[round] ?? Number.NaN))
  const cpuRuns = processRuns.map((seconds, round) => seconds + (softirqRuns[round] ?? Number.NaN))
  const busiestWorkerRuns = paced.map(({ busiestWorkerShare }) => busiestWorkerShare)
  return {
    zeroLossPps: Math.round(median(toRates(measured))),
    limitedBy: toUsualLimit(limits),
    cpuSecondsPerMillion: median(cpuRuns),
    processSecondsPerMillion: median(processRuns),
    softirqSecondsPerMillion: median(softirqRuns),
    lopsidedShare: busiestWorkerRuns.filter((share) => share >= lopsided).length / busiestWorkerRuns.length,
    ratioToWalkthrough: median(ratios),
    runs: toRates(measured).map(Math.round),
    limitedByRuns: limits,
    cpuRuns,
    processRuns,
    softirqRuns,
    busiestWorkerRuns,
  }
}
