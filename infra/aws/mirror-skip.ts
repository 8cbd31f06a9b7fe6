import { Duration } from 'aws-cdk-lib'
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { AlarmRow } from './constructs/alarm-topic.ts'

/**
 * Packets that a source should have mirrored and did not: of those it got (In) and of those it sent (Out); every five
 * minutes. EC2 names its instances and not their interfaces, so a query sums all instances of the account in the region:
 * it shows those of other fleets, too. An alarm on a query is billed by each metric that the query reads, one for each
 * instance, and has no part in the free tier (CloudWatch pricing).
 */
const toSkips = (direction: 'In' | 'Out') =>
  new MathExpression({
    expression: `SELECT SUM(NetworkPacketsSkipMirror${direction}) FROM SCHEMA("AWS/EC2", InstanceId)`,
    period: Duration.minutes(5),
    usingMetrics: {},
    label: `not mirrored, ${direction.toLowerCase()}`,
  })

/** Not added up: an alarm, and a widget, have one query (CloudWatch guide, Metrics Insights quotas). */
export const mirrorSkips = { in: toSkips('In'), out: toSkips('Out') } as const

const toAlarm = (direction: keyof typeof mirrorSkips, traffic: string): AlarmRow => ({
  name: `mirror-skip-${direction}`,
  meaning: `An instance does not mirror all of its ${traffic} traffic: it is near its own bandwidth or packet limit. It may be the source of another fleet in this account and region.`,
  metric: mirrorSkips[direction],
  threshold: 0,
  ...{ periods: 3, badPeriods: 2, missing: TreatMissingData.NOT_BREACHING },
})

/** Of whoever has sources: their metrics are in the account that owns them. */
export const mirrorSkipAlarms: readonly AlarmRow[] = [toAlarm('in', 'incoming'), toAlarm('out', 'outgoing')]
