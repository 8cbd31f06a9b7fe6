import * as units from '@grafana/grafana-foundation-sdk/units'
import { defaultFleetLimits } from '../../healthcheck/fleet/fleet-limits.ts'
import { defaultLimits } from '../../healthcheck/limits.ts'

type Colour = 'green' | 'yellow' | 'red' | 'blue'

/** How a figure is written, and from which value on it has another colour. The first step has no lower end. */
export interface Figure {
  readonly unit: string
  readonly steps: readonly [first: Colour, ...rest: (readonly [value: number, colour: Colour])[]]
  /** Words in place of values. */
  readonly words?: Readonly<Record<number, { readonly text: string; readonly colour: Colour }>>
}

const plain = (unit: string): Figure => ({ unit, steps: ['blue'] })
/** More is worse. */
const rising = (unit: string, warning: number, bad: number): Figure => ({
  unit,
  steps: ['green', [warning, 'yellow'], [bad, 'red']],
})
/** Less is worse. */
const falling = (unit: string, bad: number, warning: number): Figure => ({
  unit,
  steps: ['red', [bad, 'yellow'], [warning, 'green']],
})

const limits = defaultLimits
/** A figure turns yellow where the agent finds something, by its default limits, and red where it is too late. */
export const figures = {
  packetsPerSecond: plain(units.PacketsPerSecond),
  bytesPerSecond: plain(units.BytesPerSecondSI),
  bytes: plain(units.BytesIEC),
  eventsPerSecond: plain(units.EventsPerSecond),
  count: plain(units.Short),
  seconds: plain(units.Seconds),
  ratio: plain(units.PercentUnit),
  dollars: plain(units.Dollars),
  lostPerSecond: rising(units.PacketsPerSecond, 1, 100),
  lossRatio: rising(units.PercentUnit, limits.elevatedLossRatio, limits.criticalLossRatio),
  busyRatio: rising(units.PercentUnit, 0.7, limits.workerBusyRatio),
  memcapRatio: rising(units.PercentUnit, 0.7, limits.memcapPressureRatio),
  diskFreeRatio: falling(units.PercentUnit, limits.diskFreeRatio, 0.25),
  unevenRatio: rising(units.PercentUnit, 0.5, 0.8),
  timesTheMean: rising(units.Short, defaultFleetLimits.imbalanceRatio, 2),
  secondsLeft: falling(units.Seconds, 3600, 4 * 3600),
  ageSeconds: rising(units.Seconds, limits.countersAgeSeconds, 3 * limits.countersAgeSeconds),
  rulesAgeSeconds: rising(units.Seconds, 2 * 86400, 7 * 86400),
  sampleSeconds: rising(units.Seconds, 0.5, 1),
  faults: rising(units.Short, 1, 2),
  spareSensors: falling(units.Short, 0, 1),
  coreRatio: rising(units.PercentUnit, 0.05, 0.2),
  residentBytes: rising(units.BytesIEC, 90 * 2 ** 20, 180 * 2 ** 20),
  atLeastOne: { unit: units.Short, steps: ['red', [1, 'green']] },
  status: {
    unit: units.NoUnit,
    steps: ['green', [1, 'yellow'], [2, 'red']],
    words: {
      0: { text: 'healthy', colour: 'green' },
      1: { text: 'degraded', colour: 'yellow' },
      2: { text: 'unhealthy', colour: 'red' },
    },
  },
  finding: {
    unit: units.NoUnit,
    steps: ['green', [1, 'red']],
    words: { 0: { text: 'fine', colour: 'green' }, 1: { text: 'found', colour: 'red' } },
  },
  yes: {
    unit: units.NoUnit,
    steps: ['red', [1, 'green']],
    words: { 0: { text: 'no', colour: 'red' }, 1: { text: 'yes', colour: 'green' } },
  },
} as const satisfies Record<string, Figure>
