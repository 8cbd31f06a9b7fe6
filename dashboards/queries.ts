import { labelValues, type Metric, type MetricKey, metrics, tracePlaces } from '../sensor-agent/metrics.ts'

/** The job of every scrape of an agent. */
export const sensorJob = 'mirror-fleet'

/** What scraping adds to each series: the agent does not know its fleet, and needs not tell its own name. */
export const scrapeLabels = ['fleet', 'zone', 'sensor'] as const

type LabelOf<Key extends MetricKey> = (typeof metrics)[Key]['labels'][number]
type ValueOf<Label> = Label extends keyof typeof labelValues
  ? (typeof labelValues)[Label] extends readonly (infer Value)[]
    ? Value
    : string
  : never
/** One value or several of each label that the metric has; a label that it has not does not compile. */
export type LabelMatch<Key extends MetricKey> = {
  readonly [Label in LabelOf<Key>]?: ValueOf<Label> | readonly ValueOf<Label>[]
}

const catalogue: Readonly<Record<MetricKey, Metric>> = metrics

/** Selectors within a scope: matchers that every one of them gets. */
export const selectorsIn =
  (scope: string) =>
  <Key extends MetricKey>(key: Key, match: LabelMatch<Key> = {}): string =>
    toSelector(catalogue[key].name, scope, match)

/** @returns for instance `name{fleet=~"$fleet",place=~"softnet|memcap"}` */
export function toSelector(name: string, scope: string, match: Readonly<Record<string, unknown>> = {}): string {
  const matchers = Object.entries(match).map(([label, value]) =>
    Array.isArray(value) ? `${label}=~"${value.join('|')}"` : `${label}="${value}"`,
  )
  const inside = [scope, ...matchers].filter((text) => text !== '').join(',')
  return inside === '' ? name : `${name}{${inside}}`
}

/** In rules and alerts: every sensor of every fleet. */
export const everySensor = selectorsIn('')

/** On boards: what is chosen at the top. */
export const chosenSensors = scrapeLabels.map((label) => `${label}=~"$${label}"`).join(',')
export const chosenFleets = 'fleet=~"$fleet"'
export const chosen = selectorsIn(chosenSensors)

/** Packets, bytes or events a second. Grafana's own interval spans four scrapes at least, so that one may be missed. */
export const perSecond = (selector: string, range = '$__rate_interval'): string => `rate(${selector}[${range}])`

/** Scrapes also add `instance` and `job`, so a sum says what it keeps. */
export const sumBy = (labels: readonly string[], expression: string): string =>
  `sum by (${labels.join(', ')}) (${expression})`

/** Whether scraping a sensor works. */
export const scraped = (scope = ''): string => toSelector('up', scope, { job: sensorJob })

const isTrace = (place: string): boolean => tracePlaces.some((trace) => trace === place)
/** Places where packets are lost, without those that only show it. */
export const lossPlaces = labelValues.place.filter((place) => !isTrace(place))
