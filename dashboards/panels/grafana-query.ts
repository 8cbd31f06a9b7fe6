import {
  MetricEditorMode,
  MetricQueryType,
  MetricsQueryBuilder,
  QueryMode,
} from '@grafana/grafana-foundation-sdk/cloudwatch'
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import type { CloudWatchQuery, Panel, PrometheusQuery } from './panel.ts'
import { isCloudWatch } from './panel.ts'

/** Data sources are variables of every board, so one file serves any Grafana. */
export const prometheusSource = { type: 'prometheus', uid: '$prometheus' } as const
export const cloudWatchSource = { type: 'cloudwatch', uid: '$cloudwatch' } as const

export const toSource = ({ queries: [first] }: Panel) =>
  first !== undefined && isCloudWatch(first) ? cloudWatchSource : prometheusSource

/** One target per query, named A, B, … */
export const toTargets = ({ queries, view }: Panel): Builder<Dataquery>[] =>
  queries.map((query, index) => {
    const refId = String.fromCharCode('A'.charCodeAt(0) + index)
    return isCloudWatch(query) ? toCloudWatch(query, refId) : toPrometheus(query, refId, view)
  })

function toPrometheus({ expr, legend }: PrometheusQuery, refId: string, view: Panel['view']): Builder<Dataquery> {
  const query = new DataqueryBuilder().refId(refId).datasource(prometheusSource).expr(expr).legendFormat(legend)
  // Bars and figures show now; a range would be reduced to its last value, which may be of a sensor that is gone.
  return view === 'bars' || view === 'figure' ? query.instant() : query.range()
}

const toCloudWatch = ({ namespace, metricName, statistic, dimensions, matchExact }: CloudWatchQuery, refId: string) =>
  new MetricsQueryBuilder()
    .refId(refId)
    .datasource(cloudWatchSource)
    .queryMode(QueryMode.Metrics)
    .metricQueryType(MetricQueryType.Search)
    .metricEditorMode(MetricEditorMode.Builder)
    .region('$region')
    .namespace(namespace)
    .metricName(metricName)
    .dimensions({ ...dimensions })
    .matchExact(matchExact)
    .period('')
    .statistic(statistic)
    .label(metricName)
