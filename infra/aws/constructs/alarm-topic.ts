import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, type IMetric, type TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'

/** One alarm. A figure that equals its threshold is fine, as with the agent's own limits. */
export interface AlarmRow {
  /** Last part of the alarm's name, and its heading in a runbook. */
  readonly name: string
  readonly meaning: string
  readonly metric: IMetric
  readonly threshold: number
  /** @default - above */
  readonly below?: true
  /** Periods of the metric over which it is looked at, and how many of them must be bad. */
  readonly periods: number
  readonly badPeriods: number
  /** What a period without data means. */
  readonly missing: TreatMissingData
  /** Ends an instance refresh, which then goes back to what was. */
  readonly rollback?: true
}

export interface AlarmTopicProps {
  /** Of the fleet or the spoke: its alarms are `<name>-…`, and only they may publish. */
  readonly name: string
  readonly emails: readonly string[]
}

/** Alarms, and where they go: an encrypted topic, and the addresses that confirm their subscription. */
export class AlarmTopic extends Construct {
  private readonly name: string
  private readonly topic: Topic

  constructor(scope: Construct, id: string, { name, emails }: AlarmTopicProps) {
    super(scope, id)
    const { account } = Stack.of(this)
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com')
    const key = new Key(this, 'Key', {
      enableKeyRotation: true,
      description: `Alarms of ${name}`,
      // Messages pass through and none is kept: the key has nothing left to open.
      removalPolicy: RemovalPolicy.DESTROY,
    })
    // CloudWatch cannot publish to a topic whose key it may not use, and says so only in the alarm's history.
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [cloudWatch],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    )
    this.name = name
    this.topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true })
    // The policy that enforceSSL writes takes the place of SNS's own, which lets the account's alarms in.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [cloudWatch],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': toAlarmArns(this, name) },
        },
      }),
    )
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email))
  }

  /** An alarm that tells when it fires, and when it is over. */
  addAlarm(row: AlarmRow): Alarm {
    const alarm = new Alarm(this, row.name, {
      alarmName: `${this.name}-${row.name}`,
      alarmDescription: row.meaning,
      metric: row.metric,
      threshold: row.threshold,
      comparisonOperator: row.below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: row.periods,
      datapointsToAlarm: row.badPeriods,
      treatMissingData: row.missing,
    })
    const action = new SnsAction(this.topic)
    alarm.addAlarmAction(action)
    alarm.addOkAction(action)
    return alarm
  }
}

const toAlarmArns = (scope: Construct, name: string): string =>
  Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: `${name}-*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  })
