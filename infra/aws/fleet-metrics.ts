import { Duration } from 'aws-cdk-lib'
import { type IMetric, Metric, SearchExpression } from 'aws-cdk-lib/aws-cloudwatch'
import { type CloudWatchMetricName, cloudWatchNamespace } from '../../sensor-agent/cloudwatch.ts'
import { type AwsFleet, toNames } from './aws-fleet.ts'
import { mirrorSkips } from './mirror-skip.ts'

/** A load balancer as CloudWatch names it. */
export interface BalancerDimensions {
  readonly kind: 'network' | 'gateway'
  /** `net/name/0123` and `targetgroup/name/0123` */
  readonly loadBalancerFullName: string
  readonly targetGroupFullName: string
}

type Statistic = 'Average' | 'Maximum' | 'Minimum' | 'Sum'
const period = Duration.minutes(1)
const balancerNamespaces = { network: 'AWS/NetworkELB', gateway: 'AWS/GatewayELB' } as const

/** The figures of one fleet in CloudWatch, by names that are known before there are sensors. */
export function toFleetMetrics(fleet: AwsFleet, balancer: BalancerDimensions | null) {
  const group = toNames(fleet).autoScalingGroup
  const dimensionsMap = { AutoScalingGroupName: group }
  return {
    /** What the agents publish, over all sensors of a minute. */
    sensor: (metricName: CloudWatchMetricName, statistic: Statistic): IMetric =>
      new Metric({ namespace: cloudWatchNamespace, metricName, statistic, period, dimensionsMap }),
    /** The group's own (AWS/AutoScaling), which must be enabled on it. */
    group: (metricName: string, statistic: Statistic): IMetric =>
      new Metric({ namespace: 'AWS/AutoScaling', metricName, statistic, period, dimensionsMap }),
    loadBalancer:
      balancer &&
      ((metricName: string, statistic: Statistic): IMetric =>
        new Metric({
          namespace: balancerNamespaces[balancer.kind],
          ...{ metricName, statistic, period },
          dimensionsMap: { LoadBalancer: balancer.loadBalancerFullName, TargetGroup: balancer.targetGroupFullName },
        })),
    /** Places are found as they appear: one that has never lost a packet has no series. */
    dropsByPlace: new SearchExpression({
      expression: `SEARCH('{${cloudWatchNamespace},AutoScalingGroupName,Place} MetricName="Drops" AutoScalingGroupName="${group}"', 'Sum')`,
      period,
      label: '',
    }),
    /** Of the account that owns the sources, which a fleet with spokes alone is not. */
    mirrorSkips: fleet.sources.length === 0 ? [] : Object.values(mirrorSkips),
  }
}
export type FleetMetrics = ReturnType<typeof toFleetMetrics>
