import { Counter, Gauge, Registry } from 'prom-client'
import { type Metric, type MetricKey, metrics } from '../metrics.ts'
import { type Scrape, type Series, toSeries } from './series.ts'

/** Content type of the Prometheus text format, version 0.0.4. */
export const metricsContentType = Registry.PROMETHEUS_CONTENT_TYPE

export type MetricsText = (scrape: Scrape) => Promise<string>

interface Row {
  readonly key: MetricKey
  readonly show: (series: readonly Series[]) => void
}

/**
 * A renderer with its own registry: the library's default metrics cost series, memory and an event-loop probe, and
 * none of them says anything about the capture. Two scrapes at once do not mix: the library takes each metric's
 * values at once when a rendering begins, and `show` puts new ones in their place.
 */
export function createMetricsText(): MetricsText {
  const registry = new Registry()
  const keys = Object.keys(metrics).filter((key): key is MetricKey => Object.hasOwn(metrics, key))
  const rows = keys.map((key): Row => ({ key, show: register(registry, metrics[key]) }))
  return async (scrape) => {
    for (const { key, show } of rows) show(toSeries(key, scrape))
    return registry.metrics()
  }
}

function register(registry: Registry, { name, help, type, labels }: Metric): Row['show'] {
  const configuration = { name, help, labelNames: labels, registers: [registry] }
  // The engine counts; we only show its total. So a counter is emptied and given the total as its one increment.
  const metric = type === 'counter' ? new Counter<string>(configuration) : new Gauge<string>(configuration)
  return (series) => {
    metric.reset()
    // reset() leaves a metric without labels at 0, which would be shown for a source that failed.
    if (labels.length === 0) metric.remove()
    for (const { labels: values, value } of series) metric.inc(values, value)
  }
}
