import {
  type CloudWatchMetric,
  cloudWatchDimensions,
  cloudWatchMetrics,
  type Interval,
  toDropsByPlace,
} from '../cloudwatch.ts'

/** A datum as PutMetricData takes it. It has no time of its own: CloudWatch's clock is the one that alarms go by. */
export interface MetricDatum {
  readonly MetricName: string
  readonly Dimensions: { readonly Name: string; readonly Value: string }[]
  readonly Unit: CloudWatchMetric['unit']
  readonly Value: number
}

const rows: [string, CloudWatchMetric][] = Object.entries(cloudWatchMetrics)

/** Everything that one put says, well below its limit of 1,000 data. What is unknown is left out. */
export function toMetricData(interval: Interval, group: string): MetricDatum[] {
  const ofGroup = [{ Name: cloudWatchDimensions.group, Value: group }]
  const figures = rows.flatMap(([MetricName, { unit, read }]) => {
    const Value = read(interval)
    return Value === null ? [] : [{ MetricName, Dimensions: ofGroup, Unit: unit, Value }]
  })
  const drops = toDropsByPlace(interval).map(({ place, drops: Value }) => ({
    MetricName: 'Drops',
    Dimensions: [...ofGroup, { Name: cloudWatchDimensions.place, Value: place }],
    Unit: cloudWatchMetrics.Drops.unit,
    Value,
  }))
  // One figure that CloudWatch refuses would take all the others with it.
  return [...figures, ...drops].filter(({ Value }) => Number.isFinite(Value) && Value >= 0)
}
