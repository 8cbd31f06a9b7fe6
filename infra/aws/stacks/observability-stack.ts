import { Stack, type StackProps } from 'aws-cdk-lib'
import { Alarm, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { Construct } from 'constructs'
import type { AwsFleet } from '../aws-fleet.ts'
import { AlarmTopic } from '../constructs/alarm-topic.ts'
import { addFleetDashboard } from '../constructs/fleet-dashboard.ts'
import { type FleetAlarm, toFleetAlarms, toOperator } from '../fleet-alarms.ts'
import { type BalancerDimensions, toFleetMetrics } from '../fleet-metrics.ts'

export interface ObservabilityStackProps extends StackProps {
  readonly fleet: AwsFleet
  /** null: the mirror target is an interface. */
  readonly balancer: BalancerDimensions | null
}

/** Alarms, their topic and the dashboard. It knows the sensors by name only: what watches them is there before they are. */
export class ObservabilityStack extends Stack {
  /** Any of them ends an instance refresh. */
  readonly rollbackAlarms: readonly IAlarm[]

  constructor(scope: Construct, id: string, { fleet, balancer, ...props }: ObservabilityStackProps) {
    super(scope, id, props)
    const metrics = toFleetMetrics(fleet, balancer)
    const { topic } = new AlarmTopic(this, 'Alarms', fleet.aws.alarmEmails)
    const alarms = toFleetAlarms(fleet, metrics).map((row) => ({ row, alarm: this.addAlarm(fleet.name, row) }))
    for (const { alarm } of alarms) {
      const action = new SnsAction(topic)
      alarm.addAlarmAction(action)
      alarm.addOkAction(action)
    }
    addFleetDashboard(
      this,
      fleet.name,
      metrics,
      alarms.map(({ alarm }) => alarm),
    )
    this.rollbackAlarms = alarms.filter(({ row }) => row.rollback).map(({ alarm }) => alarm)
  }

  private addAlarm(fleetName: string, row: FleetAlarm): Alarm {
    return new Alarm(this, row.name, {
      alarmName: `${fleetName}-${row.name}`,
      alarmDescription: row.meaning,
      metric: row.metric,
      threshold: row.threshold,
      comparisonOperator: toOperator(row),
      evaluationPeriods: row.periods,
      datapointsToAlarm: row.badPeriods,
      treatMissingData: row.missing,
    })
  }
}
