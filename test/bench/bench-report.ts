import type { AgentFigures } from './agent-budget.ts'
import { searchStepPercent } from './capacity-search.ts'
import type { GrowthPoint } from './cost-growth.ts'
import { configurationNames } from './engine-configurations.ts'
import { type Figure, toFigure, toGoalText, toShort } from './figures.ts'
import type { FleetFigures } from './fleet-efficiency.ts'
import { type GeneratorFigures, generatorGoals } from './generator-speed.ts'
import type { Machine } from './machine.ts'
import type { MetricsFigures } from './metrics-latency.ts'
import type { SensorFigures } from './sensor-figures.ts'
import type { Limit } from './trial.ts'

/** What was measured; what was not asked for is absent. */
export interface Measured {
  readonly generator?: GeneratorFigures
  readonly sensor?: SensorFigures
  readonly fleet?: FleetFigures
  readonly growth?: readonly GrowthPoint[]
  readonly agent?: AgentFigures
  readonly metrics?: readonly MetricsFigures[]
}

export interface BenchReport extends Measured {
  readonly machine: Machine
  /** As typed. */
  readonly command: string
  readonly startedAt: string
  readonly seconds: number
  /** Every figure with its goal, its runs and whether it is within. */
  readonly figures: readonly Figure[]
}

/** Every figure of what was measured, in the order of the table. */
export const toFigures = ({ generator, sensor, fleet, agent, metrics }: Measured): Figure[] => [
  ...(generator === undefined ? [] : toGeneratorFigures(generator)),
  ...(sensor === undefined ? [] : toSensorFigures(sensor)),
  ...(fleet === undefined ? [] : toFleetFigures(fleet)),
  ...(agent === undefined ? [] : toAgentFigures(agent)),
  ...(metrics === undefined ? [] : metrics.map(toMetricsFigure)),
]

function toGeneratorFigures(figures: GeneratorFigures): Figure[] {
  const { runs, ratioRuns } = figures
  const { ratioToTcpreplay, ratioToC, paceErrorMost } = generatorGoals
  return [
    toFigure('generator, one worker', 'packets/s', runs.ours),
    toFigure('tcpreplay', 'packets/s', runs.tcpreplay),
    toFigure('the same loop in C', 'packets/s', runs.c),
    toFigure('the same loop in C, by sendmmsg', 'packets/s', runs.packetC),
    toFigure('generator to tcpreplay', 'x', ratioRuns.tcpreplay, { atLeast: ratioToTcpreplay }),
    toFigure('generator to C', 'x', ratioRuns.c, { atLeast: ratioToC }),
    toFigure('two workers to one', 'x', ratioRuns.twoWorkers),
    toFigure(
      'worst pace error at 50,000 packets/s',
      '%',
      [figures.paceErrorMost * 100],
      { atMost: paceErrorMost * 100 },
      `of ${runs.paceError.length} runs`,
    ),
  ]
}

const leastRatioToWalkthrough = 1.5

const limitNotes: Readonly<Record<Limit, string>> = {
  loss: 'limited by loss',
  lag: 'limited by lag: the rings were filling',
  generator: 'a lower bound: limited by the generator',
}
const toLimitNote = (limit: Limit | null): string =>
  `${limit === null ? 'a lower bound' : limitNotes[limit]}; in steps of ${searchStepPercent} %`

/** What only the generator bounds may do more, and proves nothing by being below another. */
const wasAtLimit = (limit: Limit | null): boolean => limit !== null && limit !== 'generator'

/** Held to its goal where the walkthrough was at its limit. */
function toBestRatio({ bestRatioRuns, walkthrough }: SensorFigures): Figure {
  const name = 'best of ours to the walkthrough'
  return wasAtLimit(walkthrough.limitedBy)
    ? toFigure(name, 'x', bestRatioRuns, { atLeast: leastRatioToWalkthrough })
    : toFigure(name, 'x', bestRatioRuns, null, 'an upper bound: the walkthrough was not at its limit')
}

function toSensorFigures(sensor: SensorFigures): Figure[] {
  const capacities = configurationNames.map((name) => ({ name, ...sensor[name] }))
  return [
    ...capacities.map(({ name, runs, limitedBy }) =>
      toFigure(`sensor without loss, ${name}`, 'packets/s', runs, null, toLimitNote(limitedBy)),
    ),
    toBestRatio(sensor),
    ...capacities.flatMap(({ name, processRuns, softirqRuns, cpuRuns }) => [
      toFigure(`CPU of the engine, ${name}`, 's/M packets', processRuns),
      toFigure(`CPU of receiving, ${name}`, 's/M packets', softirqRuns),
      toFigure(`CPU of both, ${name}`, 's/M packets', cpuRuns),
    ]),
    ...capacities.map(({ name, lopsidedShare, busiestWorkerRuns }) => {
      const shares = busiestWorkerRuns.map((share) => Math.round(share * 100)).join(' ')
      const what = `one of two threads has nearly all, two outer ports, ${name}`
      return toFigure(what, '% of rounds', [lopsidedShare * 100], null, `its share of each round: ${shares} %`)
    }),
  ]
}

const leastEfficiency = 0.9

const toFleetFigures = ({ runs, limitedBy, efficiencyRuns }: FleetFigures): Figure[] => [
  toFigure('one capped sensor without loss', 'packets/s', runs.one, null, toLimitNote(limitedBy.one)),
  toFigure('two', 'packets/s', runs.two, null, toLimitNote(limitedBy.two)),
  toFigure('three', 'packets/s', runs.three, null, toLimitNote(limitedBy.three)),
  toFigure('two sensors to linear', 'x', efficiencyRuns.two, { atLeast: leastEfficiency }),
  toFigure('three sensors to linear', 'x', efficiencyRuns.three, { atLeast: leastEfficiency }),
]

const toMetricsFigure = ({ subject, series, kilobytes, p50Ms, p99Ms, requests }: MetricsFigures): Figure =>
  toFigure(
    `/metrics of 64 workers, ${subject}, 99th percentile`,
    'ms',
    [p99Ms],
    null,
    `of ${requests} requests; median ${p50Ms} ms, ${series} series, ${kilobytes} kB`,
  )

const toAgentFigures = ({ runs, readyzP99Ms, metricsP99Ms, requests }: AgentFigures): Figure[] => [
  toFigure('agent CPU, share of one core', '%', runs.cpu, { atMost: 1.5 }),
  toFigure('agent memory', 'MiB RSS', runs.memory, { atMost: 90 }),
  toFigure('/readyz, 99th percentile', 'ms', [readyzP99Ms], { atMost: 5 }, `of ${requests} requests`),
  toFigure('/metrics, 99th percentile', 'ms', [metricsP99Ms], { atMost: 20 }, `of ${requests} requests`),
]

export const figureHeader = ['figure', 'median', 'unit', 'goal', '', 'note', 'runs']

export const toFigureRow = ({ name, median, unit, goal, verdict, note, runs }: Figure): (string | number)[] => [
  ...[name, median, unit, toGoalText(goal), verdict ?? '', note, runs.join(' ')],
]

export const growthHeader = ['growth', 'value', 'packets', 'packets/s', 'lost %', 'CPU s/M packets', 'runs']

export const toGrowthRow = (point: GrowthPoint): (string | number)[] => [
  ...[point.what, point.value, point.packets, Math.round(point.packetsPerSecond)],
  ...[toShort(point.lossRatio * 100), toShort(point.cpuSecondsPerMillion), point.cpuRuns.length],
]

export const reachesGoals = ({ figures }: BenchReport): boolean => figures.every(({ verdict }) => verdict !== 'misses')
