import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { AwsFleet } from './aws-fleet.ts'
import type { AlarmRow } from './constructs/alarm-topic.ts'
import type { FleetMetrics } from './fleet-metrics.ts'
import { mirrorSkipAlarms } from './mirror-skip.ts'

/** What somebody must be told of. Missing data: what watches the reporters is bad without data, all else waits for them. */
export function toFleetAlarms(fleet: AwsFleet, metrics: FleetMetrics): AlarmRow[] {
  const { minimumCapacity, maximumCapacity } = fleet.sensors
  const alarms: (AlarmRow | null)[] = [
    {
      name: 'loss',
      meaning: 'A sensor loses packets. Its /status says at which place; step scaling adds sensors.',
      metric: metrics.sensor('LossPercent', 'Maximum'),
      threshold: fleet.aws.scaling.lossPercent,
      ...{ periods: 5, badPeriods: 3, missing: TreatMissingData.NOT_BREACHING, rollback: true },
    },
    {
      name: 'blind-sensor',
      meaning: 'A sensor does not inspect what it gets: its engine is down, silent, wedged or blind.',
      metric: metrics.sensor('Broken', 'Maximum'),
      threshold: 0,
      ...{ periods: 3, badPeriods: 2, missing: TreatMissingData.NOT_BREACHING, rollback: true },
    },
    {
      name: 'silent-sensors',
      meaning: 'Fewer sensors report than the fleet’s minimum. Without data none does.',
      metric: metrics.sensor('Sensors', 'Sum'),
      threshold: minimumCapacity,
      ...{ below: true, periods: 5, badPeriods: 5, missing: TreatMissingData.BREACHING },
    },
    {
      name: 'no-traffic',
      meaning: 'No sensor has had a packet: a mirror session, a filter, a route or a security group has changed.',
      metric: metrics.sensor('Packets', 'Sum'),
      threshold: 1,
      ...{ below: true, periods: 15, badPeriods: 15, missing: TreatMissingData.BREACHING },
    },
    {
      name: 'ena-allowance',
      meaning:
        'The instance’s bandwidth or packet allowance shapes mirrored traffic before Suricata: take a larger size.',
      metric: metrics.sensor('EnaAllowanceExceeded', 'Sum'),
      threshold: 0,
      ...{ periods: 5, badPeriods: 3, missing: TreatMissingData.NOT_BREACHING },
    },
    ...(fleet.sources.length > 0 ? mirrorSkipAlarms : []),
    metrics.loadBalancer && {
      name: 'unhealthy-hosts',
      meaning: 'The load balancer takes a sensor for unhealthy and Auto Scaling has not replaced it yet.',
      metric: metrics.loadBalancer('UnHealthyHostCount', 'Maximum'),
      threshold: 0,
      ...{ periods: 10, badPeriods: 10, missing: TreatMissingData.NOT_BREACHING },
    },
    metrics.loadBalancer && {
      name: 'fail-open',
      meaning: 'No target is healthy, so the load balancer sends to all regardless of health.',
      metric: metrics.loadBalancer('HealthyHostCount', 'Minimum'),
      threshold: 1,
      ...{ below: true, periods: 3, badPeriods: 3, missing: TreatMissingData.BREACHING },
    },
    // A group of a fixed size is always at its maximum.
    minimumCapacity === maximumCapacity
      ? null
      : {
          name: 'fleet-at-max',
          meaning: 'Auto Scaling has nothing left to add: raise maximumCapacity or the size.',
          metric: metrics.group('GroupDesiredCapacity', 'Maximum'),
          threshold: maximumCapacity - 1,
          ...{ periods: 15, badPeriods: 15, missing: TreatMissingData.NOT_BREACHING },
        },
  ]
  return alarms.filter((alarm) => alarm !== null && alarm !== undefined)
}
