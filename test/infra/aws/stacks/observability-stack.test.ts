import { Match, Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { ObservabilityStack } from '../../../../infra/aws/stacks/observability-stack.ts'
import { awsEnv, createAwsApp, toAwsFleet } from '../../../support/aws-app.ts'

const balancer = {
  kind: 'network',
  loadBalancerFullName: 'net/test-entry/0123',
  targetGroupFullName: 'targetgroup/test-sensors/0123',
} as const

function toTemplate(described: Readonly<Record<string, unknown>>, withBalancer: boolean) {
  const fleet = toAwsFleet({ sensors: { minimumCapacity: 2, desiredCapacity: 2, maximumCapacity: 4 }, ...described })
  const stack = new ObservabilityStack(createAwsApp(), 'observability', {
    ...{ fleet, env: awsEnv, balancer: withBalancer ? balancer : null },
  })
  return { stack, template: Template.fromStack(stack) }
}

const { stack, template } = toTemplate({}, true)
const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties)
const alarm = (name: string) => alarms.find(({ AlarmName }) => AlarmName === `test-${name}`)

describe('the alarms of a fleet', () => {
  it('cover what a fleet can fail of, each with a sentence for whoever is woken', () => {
    expect(alarms.map(({ AlarmName }) => AlarmName).toSorted()).toEqual([
      ...['test-blind-sensor', 'test-ena-allowance', 'test-fail-open', 'test-fleet-at-max', 'test-loss'],
      ...['test-mirror-skip', 'test-no-traffic', 'test-silent-sensors', 'test-unhealthy-hosts'],
    ])
    expect(alarms.filter(({ AlarmDescription }) => !AlarmDescription)).toEqual([])
  })

  it('all tell somebody when they fire and when it is over', () => {
    for (const { AlarmActions, OKActions } of alarms) {
      expect(AlarmActions).toHaveLength(1)
      expect(OKActions).toEqual(AlarmActions)
    }
  })

  it.each(['silent-sensors', 'no-traffic', 'fail-open'])(
    '%s fires when there is no data: silence is the fault',
    (name) => {
      expect(alarm(name)?.TreatMissingData).toBe('breaching')
    },
  )

  it.each(['loss', 'blind-sensor', 'ena-allowance', 'mirror-skip', 'unhealthy-hosts', 'fleet-at-max'])(
    '%s waits for data: a fleet that reports nothing is told of by another alarm',
    (name) => {
      expect(alarm(name)?.TreatMissingData).toBe('notBreaching')
    },
  )

  it('look at the worst sensor where one is enough, and never at CPU', () => {
    expect(alarm('loss')).toMatchObject({ MetricName: 'LossPercent', Statistic: 'Maximum', Threshold: 0.1 })
    expect(alarm('blind-sensor')).toMatchObject({ MetricName: 'Broken', Statistic: 'Maximum' })
    expect(JSON.stringify(alarms)).not.toMatch(/CPUUtilization/)
  })

  it('say that the fleet is at its maximum when the group is as large as it may be', () => {
    expect(alarm('fleet-at-max')).toMatchObject({
      Threshold: 3,
      ComparisonOperator: 'GreaterThanThreshold',
      MetricName: 'GroupInServiceInstances',
      Dimensions: [{ Name: 'AutoScalingGroupName', Value: 'test-sensors' }],
    })
  })

  it('end an instance refresh on loss and on blindness only: traffic that stops is no fault of a release', () => {
    expect(stack.rollbackAlarms.map(({ node }) => node.id)).toEqual(['loss', 'blind-sensor'])
  })

  it('ask nothing of a load balancer that is not there', () => {
    const alone = { zones: ['eu-central-1a'], loadBalancer: { kind: 'none' }, sensors: {} }
    const names = Object.values(toTemplate(alone, false).template.findResources('AWS::CloudWatch::Alarm'))
    expect(names.map(({ Properties }) => Properties.AlarmName)).not.toContain('test-fail-open')
    expect(names.map(({ Properties }) => Properties.AlarmName)).not.toContain('test-fleet-at-max')
  })
})

describe('the topic', () => {
  it('is encrypted with a key that CloudWatch may use, or alarms would be lost without a word', () => {
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() })
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          }),
        ]),
      },
    })
  })

  it('takes nothing in the clear', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    })
  })
})
