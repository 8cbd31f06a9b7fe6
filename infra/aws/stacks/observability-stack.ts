import { Stack, type StackProps } from 'aws-cdk-lib'
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import type { AwsFleet } from '../aws-fleet.ts'
import { AlarmTopic } from '../constructs/alarm-topic.ts'
import { addFleetDashboard } from '../constructs/fleet-dashboard.ts'
import { toFleetAlarms } from '../fleet-alarms.ts'
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
    const topic = new AlarmTopic(this, 'Alarms', { name: fleet.name, emails: fleet.aws.alarmEmails })
    const alarms = toFleetAlarms(fleet, metrics).map((row) => ({ row, alarm: topic.addAlarm(row) }))
    addFleetDashboard(
      this,
      fleet.name,
      metrics,
      alarms.map(({ alarm }) => alarm),
    )
    this.rollbackAlarms = alarms.filter(({ row }) => row.rollback).map(({ alarm }) => alarm)
  }
}
