import { parser } from '@prometheus-io/lezer-promql'
import { scrapeLabels } from '../../dashboards/queries.ts'
import { fleetMaximumName, recordingRules } from '../../dashboards/recording-rules.ts'
import { labelValues, type Metric, metrics } from '../../sensor-agent/metrics.ts'

export interface Expression {
  readonly metricNames: readonly string[]
  /** Label names, in matchers and in grouping clauses. */
  readonly labelNames: readonly string[]
  /** Where the grammar does not fit, as text. */
  readonly errors: readonly string[]
}

/** Grafana's own variables stand where the grammar wants a duration or a number. */
const filled = (expression: string): string =>
  expression.replaceAll(/\$__(?:rate_interval|range)/g, '5m').replaceAll('$dollars_per_hour', '0.5')

/** What an expression is made of, by Prometheus's grammar. */
export function decodeExpression(expression: string): Expression {
  const text = filled(expression)
  const found = { metricNames: new Set<string>(), labelNames: new Set<string>(), errors: new Set<string>() }
  const cursor = parser.parse(text).cursor()
  do {
    const part = text.slice(cursor.from, cursor.to)
    if (cursor.type.isError) found.errors.add(text.slice(Math.max(0, cursor.from - 20), cursor.to + 20))
    // Inside VectorSelector; a name without braces is one as well.
    if (cursor.name === 'Identifier' && cursor.node.parent?.name === 'VectorSelector') found.metricNames.add(part)
    if (cursor.name === 'LabelName') found.labelNames.add(part)
  } while (cursor.next())
  return { metricNames: [...found.metricNames], labelNames: [...found.labelNames], errors: [...found.errors] }
}

const catalogue: readonly Metric[] = Object.values(metrics)
/** What Prometheus itself adds: of each scrape, and of each alert. */
const ofPrometheus = { names: ['up', 'ALERTS'], labels: ['job', 'alertstate', 'severity'] }
const knownNames = new Set<string>([
  ...catalogue.map(({ name }) => name),
  ...Object.values(recordingRules).map(({ record }) => record),
  fleetMaximumName,
  ...ofPrometheus.names,
])
const knownLabels = new Set<string>([...Object.keys(labelValues), ...scrapeLabels, ...ofPrometheus.labels])

/** What an expression speaks of that nobody exports, and where it is none. */
export function unknownNames(expression: string): readonly string[] {
  const { metricNames, labelNames, errors } = decodeExpression(expression)
  return [
    ...metricNames.filter((name) => !knownNames.has(name)),
    ...labelNames.filter((name) => !knownLabels.has(name)),
    ...errors.map((error) => `cannot be parsed at: ${error}`),
  ]
}
