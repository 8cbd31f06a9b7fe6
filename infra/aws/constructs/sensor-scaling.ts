import { Duration } from 'aws-cdk-lib'
import { type CfnAutoScalingGroup, CfnScalingPolicy } from 'aws-cdk-lib/aws-autoscaling'
import {
  Alarm,
  type AlarmActionConfig,
  ComparisonOperator,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import {
  type CloudWatchMetricName,
  cloudWatchDimensions,
  cloudWatchMetrics,
  cloudWatchNamespace,
  cloudWatchPeriodSeconds,
} from '../../../sensor-agent/cloudwatch.ts'
import type { AwsFleet } from '../aws-fleet.ts'
import { toFleetMetrics } from '../fleet-metrics.ts'

const busyMetric = 'WorkerBusyPercent' satisfies CloudWatchMetricName

/**
 * More sensors, by what saturates a sensor: one worker, which cannot share its flows. The CPU of all cores says 30 % while
 * that worker drops. The load balancer leaves old flows where they are (aws.md 0.4), so relief comes as flows idle out.
 * Loss adds sensors only to a group that is busy: one flow too big for a worker is lost in an idle group as well, and more
 * sensors would not help it; the alarm "loss" tells of it.
 */
export class SensorScaling extends Construct {
  constructor(scope: Construct, id: string, fleet: AwsFleet, group: CfnAutoScalingGroup) {
    super(scope, id)
    const { workerBusyPercent, lossPercent } = fleet.aws.scaling
    // Without data the policy does nothing in either direction: a fleet that does not report is neither idle nor busy.
    new CfnScalingPolicy(this, 'WorkerBusy', {
      autoScalingGroupName: group.ref,
      policyType: 'TargetTrackingScaling',
      targetTrackingConfiguration: {
        targetValue: workerBusyPercent,
        customizedMetricSpecification: {
          namespace: cloudWatchNamespace,
          metricName: busyMetric,
          statistic: 'Average',
          // A unit that the sensors do not put would find no data.
          unit: cloudWatchMetrics[busyMetric].unit,
          dimensions: [{ name: cloudWatchDimensions.group, value: group.ref }],
        },
      },
    })
    // Each minute in alarm asks again; sensors that are warming up are counted, so it adds no more for the same loss.
    const more = new CfnScalingPolicy(this, 'Loss', {
      autoScalingGroupName: group.ref,
      policyType: 'StepScaling',
      adjustmentType: 'PercentChangeInCapacity',
      minAdjustmentMagnitude: 1,
      metricAggregationType: 'Maximum',
      stepAdjustments: toSteps(lossPercent),
    })
    const { sensor } = toFleetMetrics(fleet, null)
    const leastBusyPercent = workerBusyPercent / 2
    const alarm = new Alarm(this, 'LossAlarm', {
      alarmDescription: `Adds sensors to ${fleet.name}: one of them loses more than ${lossPercent} % of its packets, and they are more than ${leastBusyPercent} % busy on average.`,
      metric: new MathExpression({
        expression: `IF(busy > ${leastBusyPercent}, loss, 0)`,
        usingMetrics: { loss: sensor('LossPercent', 'Maximum'), busy: sensor(busyMetric, 'Average') },
        period: Duration.seconds(cloudWatchPeriodSeconds),
        label: 'loss of a busy group',
      }),
      threshold: lossPercent,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      // At once, but not for a single burst.
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      // Who does not report shows no loss, and adding sensors would not make it report: "silent-sensors" tells of it.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    alarm.addAlarmAction({ bind: (): AlarmActionConfig => ({ alarmActionArn: more.ref }) })
  }
}

/** A tenth of the fleet, from ten times the limit on a quarter, but at least one sensor. Bounds count from the limit. */
const toSteps = (lossPercent: number): CfnScalingPolicy.StepAdjustmentProperty[] => [
  { metricIntervalLowerBound: 0, metricIntervalUpperBound: 9 * lossPercent, scalingAdjustment: 10 },
  { metricIntervalLowerBound: 9 * lossPercent, scalingAdjustment: 25 },
]
