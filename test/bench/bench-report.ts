import type { AgentFigures } from './agent-budget.ts'
import type { GrowthPoint } from './cost-growth.ts'
import { configurationNames } from './engine-configurations.ts'
import { type Figure, toFigure, toGoalText, toShort } from './figures.ts'
import type { FleetFigures } from './fleet-efficiency.ts'
import { type GeneratorFigures, generatorGoals } from './generator-speed.ts'
import type { Machine } from './machine.ts'
import type { SensorFigures } from './sensor-figures.ts'
import type { Limit } from './trial.ts'

/** What was measured; what was not asked for is absent. */
export interface Measured {
  readonly generator?: GeneratorFigures
  readonly sensor?: SensorFigures
  readonly fleet?: FleetFigures
  readonly growth?: readonly GrowthPoint[]
  readonly agent?: AgentFigures
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
export const toFigures = ({ generator, sensor, fleet, agent }: Measured): Figure[] => [
  ...(generator === undefined ? [] : toGeneratorFigures(generator)),
  ...(sensor === undefined ? [] : toSensorFigures(sensor)),
  ...(fleet === undefined ? [] : toFleetFigures(fleet)),
  ...(agent === undefined ? [] : toAgentFigures(agent)),
]

function toGeneratorFigures({ runs, ratioRuns }: GeneratorFigures): Figure[] {
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
      'pace error at 50,000 packets/s',
      '%',
      runs.paceError.map((share) => Math.abs(share) * 100),
      { atMost: paceErrorMost * 100 },
    ),
  ]
}

const leastRatioToWalkthrough = 1.5

const limitNotes: Readonly<Record<Limit, string>> = {
  loss: 'limited by loss',
  lag: 'limited by lag: the rings were filling',
  generator: 'a lower bound: limited by the generator',
}
const toLimitNote = (limit: Limit | null): string => (limit === null ? 'a lower bound' : limitNotes[limit])

function toSensorFigures(sensor: SensorFigures): Figure[] {
  const capacities = configurationNames.map((name) => ({ name, ...sensor[name] }))
  const toPercent = (share: number) => share * 100
  return [
    ...capacities.map(({ name, runs, limitedBy }) =>
      toFigure(`sensor without loss, ${name}`, 'packets/s', runs, null, toLimitNote(limitedBy)),
    ),
    toFigure('best of ours to the walkthrough', 'x', sensor.bestRatioRuns, { atLeast: leastRatioToWalkthrough }),
    ...capacities.flatMap(({ name, processRuns, softirqRuns, cpuRuns }) => [
      toFigure(`CPU of the engine, ${name}`, 's/M packets', processRuns),
      toFigure(`CPU of receiving, ${name}`, 's/M packets', softirqRuns),
      toFigure(`CPU of both, ${name}`, 's/M packets', cpuRuns),
    ]),
    ...capacities.map(({ name, busiestWorkerRuns }) =>
      toFigure(`busier of two threads, two outer ports, ${name}`, '% of both', busiestWorkerRuns.map(toPercent)),
    ),
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

const toAgentFigures = ({ runs }: AgentFigures): Figure[] => [
  toFigure('agent CPU, share of one core', '%', runs.cpu, { atMost: 1.5 }),
  toFigure('agent memory', 'MiB RSS', runs.memory, { atMost: 90 }),
  toFigure('/readyz, 99th percentile', 'ms', runs.readyz, { atMost: 5 }),
  toFigure('/metrics, 99th percentile', 'ms', runs.metrics, { atMost: 20 }),
]

export const figureHeader = ['figure', 'median', 'unit', 'goal', '', 'note', 'runs']

export const toFigureRow = ({ name, median, unit, goal, verdict, note, runs }: Figure): (string | number)[] => [
  ...[name, median, unit, toGoalText(goal), verdict ?? '', note, runs.join(' ')],
]

export const growthHeader = ['growth', 'value', 'packets', 'packets/s', 'lost %', 'CPU s/M packets']

export const toGrowthRow = (point: GrowthPoint): (string | number)[] => [
  ...[point.what, point.value, point.packets, Math.round(point.packetsPerSecond)],
  ...[toShort(point.lossRatio * 100), toShort(point.cpuSecondsPerMillion)],
]

export const reachesGoals = ({ figures }: BenchReport): boolean => figures.every(({ verdict }) => verdict !== 'misses')
