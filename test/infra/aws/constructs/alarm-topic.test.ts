import { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { describe, expect, it } from 'vitest'
import { AlarmTopic } from '../../../../infra/aws/constructs/alarm-topic.ts'
import { toResource, toResources } from '../../../support/aws/template-reading.ts'
import { awsEnv, createAwsApp } from '../../../support/aws-app.ts'

interface Statement {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Principal: unknown
  readonly Resource: unknown
  readonly Condition?: unknown
}

const stack = new Stack(createAwsApp(), 'stack', { env: awsEnv })
const topic = new AlarmTopic(stack, 'Alarms', { name: 'shop', emails: ['security@example.com'] })
const metric = new Metric({ namespace: 'MirrorFleet', metricName: 'LossPercent' })
const row = { metric, threshold: 1, periods: 5, badPeriods: 3, missing: TreatMissingData.BREACHING }
topic.addAlarm({ ...row, name: 'above', meaning: 'too much' })
topic.addAlarm({ ...row, name: 'below', meaning: 'too little', below: true })
const template = Template.fromStack(stack)
const alarms = Object.values(toResources(template, 'AWS::CloudWatch::Alarm'))

/** What the resource policy of a topic or a key lets CloudWatch do. */
const toAllowed = (document: unknown): readonly Statement[] => {
  const { Statement: statements = [] }: { readonly Statement?: readonly Statement[] } = Object(document)
  return statements.filter(
    ({ Effect, Principal }) =>
      Effect === 'Allow' && JSON.stringify(Principal) === '{"Service":"cloudwatch.amazonaws.com"}',
  )
}
const [topicId = ''] = Object.keys(toResources(template, 'AWS::SNS::Topic'))
const topicPolicy = toResource(template, 'AWS::SNS::TopicPolicy')
const [[keyId = '', key] = []] = Object.entries(toResources(template, 'AWS::KMS::Key'))

describe('an alarm reaches who must be told', () => {
  it('goes to the topic when it fires and when it is over', () => {
    expect(alarms).toHaveLength(2)
    for (const { AlarmActions, OKActions } of alarms) {
      expect(AlarmActions).toEqual([{ Ref: topicId }])
      expect(OKActions).toEqual(AlarmActions)
    }
  })

  it('may publish to the topic, whose own policy takes the place of the one that would let it', () => {
    expect(topicPolicy.Topics).toEqual([{ Ref: topicId }])
    expect(toAllowed(topicPolicy.PolicyDocument)).toEqual([
      expect.objectContaining({ Action: 'sns:Publish', Resource: { Ref: topicId } }),
    ])
  })

  it('may use the key of the topic, or would be lost without a word', () => {
    expect(toResource(template, 'AWS::SNS::Topic').KmsMasterKeyId).toEqual({ 'Fn::GetAtt': [keyId, 'Arn'] })
    expect(toAllowed(key?.KeyPolicy)).toEqual([
      expect.objectContaining({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: '*' }),
    ])
  })

  it('is sent on to each address', () => {
    expect(toResource(template, 'AWS::SNS::Subscription')).toEqual({
      ...{ Protocol: 'email', Endpoint: 'security@example.com', TopicArn: { Ref: topicId } },
    })
  })
})

describe('nobody else', () => {
  it('publishes: neither alarms of another account, nor those of another fleet', () => {
    expect(toAllowed(topicPolicy.PolicyDocument)[0]?.Condition).toEqual({
      StringEquals: { 'aws:SourceAccount': '111122223333' },
      ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:shop-*' },
    })
    expect(alarms.map(({ AlarmName }) => AlarmName)).toEqual(['shop-above', 'shop-below'])
  })

  it('sends in the clear', () => {
    const { Statement: statements = [] }: { readonly Statement?: readonly Statement[] } = Object(
      topicPolicy.PolicyDocument,
    )
    expect(statements).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    )
  })
})

describe('a row becomes an alarm', () => {
  it('that fires above its threshold, or below, and not at it', () => {
    expect(alarms.map(({ AlarmDescription, ComparisonOperator }) => [AlarmDescription, ComparisonOperator])).toEqual([
      ['too much', 'GreaterThanThreshold'],
      ['too little', 'LessThanThreshold'],
    ])
  })

  it('with its periods, and with what missing data means', () => {
    expect(alarms[0]).toMatchObject({
      ...{ Threshold: 1, EvaluationPeriods: 5, DatapointsToAlarm: 3, TreatMissingData: 'breaching' },
    })
  })
})

it('the key goes with the fleet, for nothing is kept that it could open', () => {
  template.hasResource('AWS::KMS::Key', { DeletionPolicy: 'Delete', Properties: { EnableKeyRotation: true } })
})
