import { type CfnAutoScalingGroup, CfnScalingPolicy } from 'aws-cdk-lib/aws-autoscaling'
import { Alarm, type AlarmActionConfig, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import { cloudWatchDimensions, cloudWatchNamespace } from '../../../sensor-agent/cloudwatch.ts'
import type { AwsFleet } from '../aws-fleet.ts'
import { toFleetMetrics } from '../fleet-metrics.ts'

/**
 * More sensors, by what saturates a sensor: one worker, which cannot share its flows. The CPU of all cores says 30 % while
 * that worker drops. The load balancer leaves old flows where they are (aws.md 0.4), so relief comes as flows idle out;
 * loss that goes on after that shows a flow too big for one worker, and the fleet stops at its maximum with an alarm.
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
          metricName: 'WorkerBusyPercent',
          statistic: 'Average',
          unit: 'Percent',
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
    const alarm = new Alarm(this, 'LossAlarm', {
      alarmDescription: `Adds sensors to ${fleet.name}: one of them loses more than ${lossPercent} % of its packets.`,
      metric: toFleetMetrics(fleet, null).sensor('LossPercent', 'Maximum'),
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
