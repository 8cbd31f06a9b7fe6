import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { SpokeStack } from '../../../../infra/aws/stacks/spoke-stack.ts'
import { toExampleSpoke, toSpokeStack } from '../../../support/aws/fleet-app.ts'
import { toResource, toResources } from '../../../support/aws/template-reading.ts'
import { createAwsApp } from '../../../support/aws-app.ts'

const spoke = toExampleSpoke('cross-account-gwlb')
const networkSpoke = toExampleSpoke('cross-vpc-nlb')
const endpointIds = new Map([
  ['euc1-az1', 'vpce-00000001'],
  ['euc1-az2', 'vpce-00000002'],
])
const template = Template.fromStack(new SpokeStack(createAwsApp(), 'mirror', { spoke, endpointIds }))
const networkTemplate = Template.fromStack(toSpokeStack(networkSpoke))

describe('spoke of a fleet behind a gateway', () => {
  it('mirrors each interface by way of the endpoint in its own zone (3.7)', () => {
    const targets = toResources(template, 'AWS::EC2::TrafficMirrorTarget')
    const toEndpoints = (session: Readonly<Record<string, unknown>>) =>
      Object.entries(targets)
        .filter(([id]) => JSON.stringify(session.TrafficMirrorTargetId) === JSON.stringify({ Ref: id }))
        .map(([, { GatewayLoadBalancerEndpointId }]) => GatewayLoadBalancerEndpointId)
    const sessions = Object.values(toResources(template, 'AWS::EC2::TrafficMirrorSession'))
    expect(sessions.map((session) => [session.NetworkInterfaceId, ...toEndpoints(session)])).toEqual([
      ['eni-0f1e2d3c4b5a60001', 'vpce-00000001'],
      ['eni-0f1e2d3c4b5a60002', 'vpce-00000002'],
    ])
  })

  it('cuts packets where the gateway would drop them in silence (0.12, 1.2)', () => {
    const lengths = Object.values(toResources(template, 'AWS::EC2::TrafficMirrorSession')).map(
      (one) => one.PacketLength,
    )
    expect(lengths).toEqual([8446, 8446])
  })

  it('asks for no endpoint: one that is not accepted yet must not be undone with what cannot use it yet', () => {
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 0)
  })

  it('shares nothing: targets and sessions belong to one account (1.7)', () => {
    template.resourceCountIs('AWS::RAM::ResourceShare', 0)
  })

  it('is refused without an endpoint where it has a source', () => {
    const first = new Map([...endpointIds].slice(0, 1))
    expect(() => new SpokeStack(createAwsApp(), 'mirror', { spoke, endpointIds: first })).toThrow(
      'no endpoint in euc1-az2; there are euc1-az1',
    )
  })
})

describe('spoke of a fleet behind a network load balancer', () => {
  it('makes no target, and mirrors to the one that is shared with it (1.7)', () => {
    networkTemplate.resourceCountIs('AWS::EC2::TrafficMirrorTarget', 0)
    const sessions = Object.values(toResources(networkTemplate, 'AWS::EC2::TrafficMirrorSession'))
    expect(sessions.map((session) => [session.TrafficMirrorTargetId, session.VirtualNetworkId])).toEqual([
      ['tmt-0a1b2c3d4e5f60718', 4001],
      ['tmt-0a1b2c3d4e5f60718', 4001],
    ])
  })

  it('has a filter of its own, for filters cannot be shared (1.7)', () => {
    toResource(networkTemplate, 'AWS::EC2::TrafficMirrorFilter')
  })
})

describe('sources of a spoke that do not mirror all', () => {
  const toAlarms = (alarmEmails: string[]) => {
    const told = Template.fromStack(toSpokeStack({ ...networkSpoke, alarmEmails }))
    return Object.values(toResources(told, 'AWS::CloudWatch::Alarm')).map(({ AlarmName }) => AlarmName)
  }

  it('raise an alarm in their own account, which alone has their metrics', () => {
    expect(toAlarms(['shop@example.com'])).toEqual([
      'cross-vpc-spoke-mirror-skip-in',
      'cross-vpc-spoke-mirror-skip-out',
    ])
  })

  it('raise none where nobody would be told', () => {
    expect(toAlarms([])).toEqual([])
  })
})
