import { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { expect, it } from 'vitest'
import { AlarmTopic } from '../../../infra/aws/constructs/alarm-topic.ts'
import { mirrorSkipAlarms } from '../../../infra/aws/mirror-skip.ts'
import { toResources } from '../../support/aws/template-reading.ts'
import { awsEnv, createAwsApp } from '../../support/aws-app.ts'

const stack = new Stack(createAwsApp(), 'stack', { env: awsEnv })
const topic = new AlarmTopic(stack, 'Alarms', { name: 'shop', emails: [] })
for (const row of mirrorSkipAlarms) topic.addAlarm(row)
const alarms = Object.values(toResources(Template.fromStack(stack), 'AWS::CloudWatch::Alarm'))

it('both directions of a source’s traffic are watched, each by the one query that an alarm may have', () => {
  expect(alarms.map(({ AlarmName, Metrics }) => [AlarmName, Metrics])).toEqual(
    [
      ['shop-mirror-skip-in', 'NetworkPacketsSkipMirrorIn'],
      ['shop-mirror-skip-out', 'NetworkPacketsSkipMirrorOut'],
    ].map(([name, metric]) => [
      name,
      [
        expect.objectContaining({
          Expression: `SELECT SUM(${metric}) FROM SCHEMA("AWS/EC2", InstanceId)`,
          // EC2 puts these every five minutes, also with detailed monitoring.
          Period: 300,
        }),
      ],
    ]),
  )
})
