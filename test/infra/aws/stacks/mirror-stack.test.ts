import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { toEntryStacks, toExampleFleet } from '../../../support/aws/fleet-app.ts'
import { toResource, toResources } from '../../../support/aws/template-reading.ts'

function toTemplate(name: string): Template {
  const { mirror } = toEntryStacks(toExampleFleet(name))
  if (mirror === null) throw new Error(`${name} is behind a gateway`)
  return Template.fromStack(mirror)
}
const network = toTemplate('single-vpc-nlb')
const shared = toTemplate('cross-vpc-nlb')
const alone = toTemplate('smallest')

describe('mirror target', () => {
  it('is the load balancer, or the interface of the only sensor, and never both (1.3)', () => {
    const toKeys = (template: Template) => Object.keys(toResource(template, 'AWS::EC2::TrafficMirrorTarget'))
    expect(toKeys(network)).toContain('NetworkLoadBalancerArn')
    expect(toKeys(network)).not.toContain('NetworkInterfaceId')
    expect(toKeys(alone)).toContain('NetworkInterfaceId')
    expect(toKeys(alone)).not.toContain('NetworkLoadBalancerArn')
  })

  it('is shared with the accounts of the fleet, by number, in or out of an organization (1.7)', () => {
    expect(toResource(shared, 'AWS::RAM::ResourceShare')).toEqual({
      Name: 'cross-vpc-target',
      ResourceArns: [
        { 'Fn::Join': ['', ['arn:aws:ec2:eu-central-1:111122223333:traffic-mirror-target/', { Ref: 'Target' }]] },
      ],
      Principals: ['444455556666'],
      AllowExternalPrincipals: true,
    })
  })

  it('is shared with nobody where the fleet lists no account', () => {
    network.resourceCountIs('AWS::RAM::ResourceShare', 0)
  })

  it('comes with the command that another VPC deploys; an interface takes no spokes', () => {
    const command = {
      'Fn::Join': ['', ['npx cdk deploy --all -c spoke=FILE -c trafficMirrorTargetId=', { Ref: 'Target' }]],
    }
    expect(shared.findOutputs('SpokeCommand').SpokeCommand?.Value).toEqual(command)
    expect(alone.findOutputs('SpokeCommand')).toEqual({})
  })
})

describe('sessions of the fleet', () => {
  const toSessions = (template: Template) => Object.values(toResources(template, 'AWS::EC2::TrafficMirrorSession'))

  it('mirror each listed interface to the target', () => {
    expect(toSessions(network).map((session) => [session.NetworkInterfaceId, session.TrafficMirrorTargetId])).toEqual([
      ['eni-0a1b2c3d4e5f60001', { Ref: 'Target' }],
      ['eni-0a1b2c3d4e5f60002', { Ref: 'Target' }],
    ])
  })

  it('mirror whole packets: to a load balancer what it takes, to an interface without a limit (0.12, 1.2)', () => {
    expect(toSessions(network).map(({ PacketLength }) => PacketLength)).toEqual([8500, 8500])
    expect(toSessions(alone).map(({ PacketLength }) => PacketLength)).toEqual([undefined])
  })

  it('and their filter are left out where all sources belong to spokes', () => {
    expect(toSessions(shared)).toEqual([])
    shared.resourceCountIs('AWS::EC2::TrafficMirrorFilter', 0)
  })
})
