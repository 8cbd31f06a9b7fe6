import { findingAlerts } from '../../../dashboards/alerts/finding-alerts.ts'
import { type MetricKey, metrics } from '../../../sensor-agent/metrics.ts'

/** One alert: series that are calm for 20 minutes and bad from then on, and the alert that must come of it. */
export interface AlertCase {
  readonly name: string
  readonly series: readonly { readonly series: string; readonly values: string }[]
  /** Of bad series, after which it must fire. */
  readonly afterMinutes: number
  readonly labels: Readonly<Record<string, string>>
  readonly summary: string
}

/** As often as the shipped configuration scrapes. */
export const sampleSeconds = 15
export const calmMinutes = 20
const calmSamples = (calmMinutes * 60) / sampleSeconds
const badSamples = 480

const sensorLabels = (sensor: string) => ({ fleet: 'edge', zone: 'a', sensor })
const first = sensorLabels('s1')
const where = 's1 of edge in a'

const toSeries = (name: string, labels: Readonly<Record<string, string>>, values: string) => ({
  series: `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')}}`,
  values,
})
/** `calm` and `bad` in promtool's notation: a value, or a start and a step such as `0+3`. */
const then = (calm: string, bad: string): string => `${calm}x${calmSamples - 1} ${bad}x${badSamples}`
const series = (key: MetricKey, values: string, labels: Readonly<Record<string, string>> = {}, sensor = 's1') =>
  toSeries(metrics[key].name, { ...sensorLabels(sensor), ...labels }, values)
const up = (values: string, sensor = 's1') => toSeries('up', { ...sensorLabels(sensor), job: 'mirror-fleet' }, values)
const always = (value: string): string => then(value, value)

const findingCases: readonly AlertCase[] = findingAlerts.map(({ name }) => ({
  name,
  series: [series('findings', then('0', '1'), { reason: name })],
  afterMinutes: 10,
  labels: { ...first, reason: name },
  summary: `${where}: ${name}`,
}))

/** Of 400 packets a minute, 12 at the place. */
const lossAt = (place: string) => [
  series('interfaceReceivedPackets', `0+100x${calmSamples + badSamples}`),
  series('lostPackets', `0x${calmSamples - 1} 0+3x${badSamples}`, { place }),
]

export const alertCases: readonly AlertCase[] = [
  ...findingCases,
  {
    name: 'sensor-unreachable',
    series: [up(then('1', '0'))],
    ...{ afterMinutes: 5, labels: { ...first, job: 'mirror-fleet' } },
    summary: `${where}: its agent does not answer`,
  },
  {
    name: 'loss',
    series: lossAt('softnet'),
    ...{ afterMinutes: 15, labels: { ...first, place: 'softnet' } },
    summary: `${where}: 3% of packets lost at softnet`,
  },
  {
    name: 'loss-upstream',
    series: [
      ...lossAt('stream-gap'),
      series('capturePackets', `0+100x${calmSamples + badSamples}`),
      series('captureDrops', always('0')),
    ],
    ...{ afterMinutes: 20, labels: { ...first, place: 'stream-gap' } },
    summary: `${where}: TCP streams have gaps, and this sensor drops nothing`,
  },
  {
    name: 'ena-allowance',
    series: lossAt('ena-allowance'),
    ...{ afterMinutes: 15, labels: { ...first, place: 'ena-allowance' } },
    summary: `${where}: the instance exceeds an allowance`,
  },
  {
    name: 'saturation-ahead',
    series: [series('workerBusyRatioMax', then('0.5', '0.5+0.0025'))],
    ...{ afterMinutes: 40, labels: first },
    summary: `${where}: its busiest worker is full in 10m 0s`,
  },
  {
    name: 'worker-imbalance',
    series: [series('workerImbalanceRatio', then('0.1', '0.9')), series('workerBusyRatioMax', always('0.8'))],
    ...{ afterMinutes: 20, labels: first },
    summary: `${where}: one worker carries the load of all`,
  },
  {
    name: 'engine-restarts',
    series: [series('engineRestarts', then('0', '4'))],
    ...{ afterMinutes: 30, labels: first },
    summary: `${where}: Suricata was replaced 4 times within an hour`,
  },
  {
    name: 'rules-old',
    // A minute short of a week when the calm ends.
    series: [series('rulesLoadedTimestamp', always(`${-(7 * 86400 - calmMinutes * 60 - 60)}`))],
    ...{ afterMinutes: 40, labels: first },
    summary: `${where}: its rules were loaded 7d 0h 39m 0s ago`,
  },
  {
    name: 'rules-failed',
    series: [series('rulesFailed', then('0', '3'))],
    ...{ afterMinutes: 10, labels: first },
    summary: `${where}: 3 rules did not load`,
  },
  {
    name: 'disk-filling',
    series: [series('diskFreeBytes', then('12000000000', '12000000000-20000000'))],
    ...{ afterMinutes: 90, labels: first },
    summary: `${where}: its log disk is full in 1h 0m 0s`,
  },
  {
    name: 'fail-open',
    series: [up(always('1')), series('ready', then('1', '0'))],
    ...{ afterMinutes: 5, labels: { fleet: 'edge' } },
    summary: 'fleet edge: no sensor is ready',
  },
  {
    // None answers any more, so no series says that none is ready.
    name: 'fail-open',
    series: [up(then('1', '0')), series('ready', `1x${calmSamples - 1} _x${badSamples}`)],
    ...{ afterMinutes: 10, labels: { fleet: 'edge' } },
    summary: 'fleet edge: no sensor is ready',
  },
  {
    name: 'fleet-short',
    series: ['s1', 's2', 's3'].flatMap((sensor) => [
      up(always('1'), sensor),
      series('ready', then('1', sensor === 's1' ? '1' : '0'), {}, sensor),
    ]),
    ...{ afterMinutes: 10, labels: { fleet: 'edge' } },
    summary: 'fleet edge: only 33.33% of the sensors are ready',
  },
  {
    name: 'fleet-no-traffic',
    series: [
      series('findings', always('1'), { reason: 'no-traffic' }),
      series('findings', then('0', '1'), { reason: 'no-traffic' }, 's2'),
    ],
    ...{ afterMinutes: 5, labels: { fleet: 'edge' } },
    summary: 'fleet edge: no sensor gets mirrored packets',
  },
  {
    name: 'fleet-imbalance',
    series: [
      series('capturePackets', `0+100x${calmSamples - 1} 8000+900x${badSamples}`),
      series('capturePackets', `0+100x${calmSamples + badSamples}`, {}, 's2'),
    ],
    ...{ afterMinutes: 30, labels: { fleet: 'edge' } },
    summary: 'fleet edge: its busiest sensor gets 1.8 times the mean',
  },
  {
    name: 'fleet-at-max',
    series: [up(always('1')), up(`_x${calmSamples} 1x${badSamples}`, 's2')],
    ...{ afterMinutes: 20, labels: { fleet: 'edge' } },
    summary: 'fleet edge: all 2 sensors that it may have are there',
  },
]
