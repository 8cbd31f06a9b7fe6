import { Counter, Gauge, Registry } from 'prom-client'
import { type Metric, type MetricKey, metrics } from '../metrics.ts'
import { createCompatibleText } from './compatible-text.ts'
import { contentTypes, type ExpositionFormat } from './exposition-format.ts'
import { type Scrape, type Series, toSeries } from './series.ts'

type AnyRegistry = Registry<(typeof contentTypes)[ExpositionFormat]>
export type MetricsText = (scrape: Scrape) => Promise<string>

interface Row {
  readonly key: MetricKey
  readonly show: (series: readonly Series[]) => void
}

/** The last line of OpenMetrics, without which a text counts as cut short. */
const END = '# EOF\n'

/**
 * A renderer with its own registry: the library's default metrics cost series, memory and an event-loop probe, and
 * none of them says anything about the capture. Two scrapes at once do not mix: the library takes each metric's
 * values at once when a rendering begins, and `show` puts new ones in their place.
 */
export function createMetricsText(format: ExpositionFormat): MetricsText {
  const registry: AnyRegistry = new Registry()
  registry.setContentType(contentTypes[format])
  const keys = Object.keys(metrics).filter((key): key is MetricKey => Object.hasOwn(metrics, key))
  const rows = keys.map((key): Row => ({ key, show: register(registry, metrics[key]) }))
  const toCompatibleText = createCompatibleText(format)
  return async (scrape) => {
    for (const { key, show } of rows) show(toSeries(key, scrape))
    const own = registry.metrics()
    if (scrape.identity.environment.SENSOR_METRICS === 'default') return own
    const compatible = toCompatibleText(scrape)
    return format === 'text' ? `${await own}\n${compatible}` : (await own).slice(0, -END.length) + compatible + END
  }
}

function register(registry: AnyRegistry, { name, help, type, labels }: Metric): Row['show'] {
  const configuration = { name, help, labelNames: labels, registers: [registry] }
  // The engine counts; we only show its total. So a counter is emptied and given the total as its one increment.
  const shown = type === 'counter' ? new Counter<string>(configuration) : new Gauge<string>(configuration)
  return (series) => {
    shown.reset()
    // reset() leaves a metric without labels at 0, which would be shown for a source that failed.
    if (labels.length === 0) shown.remove()
    for (const { labels: values, value } of series) shown.inc(values, value)
  }
}
