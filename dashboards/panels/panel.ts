import type { Figure } from './unit.ts'

/** A PromQL expression; `legend` is Grafana's format, such as `{{sensor}}`. */
export interface PrometheusQuery {
  readonly expr: string
  readonly legend: string
}

/** A CloudWatch metric; dimensions may be variables of the board. */
export interface CloudWatchQuery {
  readonly namespace: string
  readonly metricName: string
  readonly statistic: 'Sum' | 'Average' | 'Minimum' | 'Maximum'
  readonly dimensions: Readonly<Record<string, string>>
  /** Whether the metric has these dimensions and no others. */
  readonly matchExact: boolean
}

export type View = 'lines' | 'stacked' | 'figure' | 'bars' | 'timeline'

export interface Panel {
  readonly title: string
  /** What is shown, and what to make of it. */
  readonly description: string
  readonly view: View
  readonly figure: Figure
  /** Of Grafana's 24 columns. */
  readonly width: number
  /** In Grafana’s rows. @default - 4 for a figure, 8 for any other view */
  readonly height?: number
  readonly queries: readonly PrometheusQuery[] | readonly CloudWatchQuery[]
  /** The board that a click on a series opens, for the sensor of that series. */
  readonly opens?: 'sensor' | 'capture'
}

export const isCloudWatch = (query: PrometheusQuery | CloudWatchQuery): query is CloudWatchQuery => 'namespace' in query

export const one = (expr: string, legend = '{{sensor}}'): readonly PrometheusQuery[] => [{ expr, legend }]
