import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { toExampleSpoke, toSpokeStack } from '../../../support/aws/fleet-app.ts'
import { toResource, toResources } from '../../../support/aws/template-reading.ts'

const spoke = toExampleSpoke('cross-account-gwlb')
const template = Template.fromStack(toSpokeStack(spoke))
const networkTemplate = Template.fromStack(toSpokeStack(toExampleSpoke('cross-vpc-nlb')))

describe('spoke of a fleet behind a gateway', () => {
  it('has one endpoint in each zone, in one subnet and nothing more (3.7)', () => {
    const endpoints = Object.values(toResources(template, 'AWS::EC2::VPCEndpoint'))
    expect(endpoints.map(({ SubnetIds }) => SubnetIds)).toEqual(spoke.endpointSubnets.map(({ subnetId }) => [subnetId]))
    for (const endpoint of endpoints) {
      expect(endpoint).toMatchObject({
        VpcEndpointType: 'GatewayLoadBalancer',
        ServiceName: spoke.endpointServiceName,
        VpcId: spoke.vpcId,
      })
      // What other types of endpoint take, a gateway's refuses.
      expect(Object.keys(endpoint)).not.toContain('SecurityGroupIds')
      expect(Object.keys(endpoint)).not.toContain('PolicyDocument')
    }
  })

  it('mirrors each interface by way of the endpoint in its own zone (3.7)', () => {
    const targets = toResources(template, 'AWS::EC2::TrafficMirrorTarget')
    const endpoints = toResources(template, 'AWS::EC2::VPCEndpoint')
    const toSubnets = (session: Readonly<Record<string, unknown>>) =>
      Object.entries(targets)
        .filter(([id]) => JSON.stringify(session.TrafficMirrorTargetId) === JSON.stringify({ Ref: id }))
        .map(([, { GatewayLoadBalancerEndpointId }]) => {
          const [found] = Object.entries(endpoints).filter(
            ([id]) => JSON.stringify(GatewayLoadBalancerEndpointId) === JSON.stringify({ Ref: id }),
          )
          return found?.[1].SubnetIds
        })
    const sessions = Object.values(toResources(template, 'AWS::EC2::TrafficMirrorSession'))
    expect(sessions.map((session) => [session.NetworkInterfaceId, ...toSubnets(session)])).toEqual([
      ['eni-0f1e2d3c4b5a60001', ['subnet-0f1e2d3c4b5a60001']],
      ['eni-0f1e2d3c4b5a60002', ['subnet-0f1e2d3c4b5a60002']],
    ])
  })

  it('cuts packets where the gateway would drop them in silence (0.12, 1.2)', () => {
    const lengths = Object.values(toResources(template, 'AWS::EC2::TrafficMirrorSession')).map(
      (one) => one.PacketLength,
    )
    expect(lengths).toEqual([8446, 8446])
  })

  it('tells which endpoints the owner of the fleet must accept (3.7)', () => {
    const ids = Object.keys(toResources(template, 'AWS::EC2::VPCEndpoint')).map((id) => ({ Ref: id }))
    const [first, second] = ids
    expect(template.findOutputs('EndpointIds').EndpointIds?.Value).toEqual({ 'Fn::Join': ['', [first, ' ', second]] })
    expect(ids).toHaveLength(2)
  })

  it('shares nothing: targets and sessions belong to one account (1.7)', () => {
    template.resourceCountIs('AWS::RAM::ResourceShare', 0)
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
