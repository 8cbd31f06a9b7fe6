import { CfnElement, Stack } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { importNetwork, NetworkStack } from '../../../../infra/aws/stacks/network-stack.ts'
import { toExampleFleet } from '../../../support/aws/fleet-app.ts'
import { awsEnv, createAwsApp, toAwsFleet } from '../../../support/aws-app.ts'

const toNetworkStack = (network: Readonly<Record<string, unknown>>) =>
  new NetworkStack(createAwsApp(), 'network', {
    fleet: toAwsFleet({
      vpcCidr: '10.20.0.0/24',
      secondaryCidrs: ['10.21.0.0/24'],
      aws: { ...awsEnv, network, instances: { imageId: 'ami-0123456789abcdef0' } },
    }),
    env: awsEnv,
  })
const open = Template.fromStack(toNetworkStack({ natGateways: 1, flowLogs: true }))
const isolated = Template.fromStack(toNetworkStack({ natGateways: 0 }))

describe('a network of the fleet’s own', () => {
  it('has a private subnet for sensors in each zone, and gives nothing a public address', () => {
    const stack = toNetworkStack({ natGateways: 1 })
    const { subnets, availabilityZones, hasPublic } = stack.vpc.selectSubnets(stack.sensorSubnets)
    expect(availabilityZones).toEqual(['eu-central-1a', 'eu-central-1b'])
    expect([subnets.length, hasPublic]).toEqual([2, false])
    open.resourceCountIs('AWS::EC2::NatGateway', 1)
    const published = Object.values(open.findResources('AWS::EC2::Subnet')).filter(
      ({ Properties }) => Properties.MapPublicIpOnLaunch,
    )
    expect(published).toEqual([])
  })

  it('has the blocks that its description says', () => {
    open.hasResourceProperties('AWS::EC2::VPC', { CidrBlock: '10.20.0.0/24' })
    open.hasResourceProperties('AWS::EC2::VPCCidrBlock', { CidrBlock: '10.21.0.0/24' })
  })

  it('reaches S3 without a NAT gateway that bills by the byte', () => {
    for (const template of [open, isolated])
      template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' })
  })

  it('lets nothing in or out by the group that AWS made with it', () => {
    open.resourceCountIs('Custom::VpcRestrictDefaultSG', 1)
  })

  it('writes flow logs where they are asked for, and keeps them a month', () => {
    open.resourceCountIs('AWS::EC2::FlowLog', 1)
    open.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 })
    isolated.resourceCountIs('AWS::EC2::FlowLog', 0)
  })
})

describe('a network without NAT gateways', () => {
  it('has no way to the internet', () => {
    isolated.resourceCountIs('AWS::EC2::NatGateway', 0)
    isolated.resourceCountIs('AWS::EC2::InternetGateway', 0)
  })

  it('reaches every API that a sensor calls, and from the VPC only', () => {
    const services = Object.values(isolated.findResources('AWS::EC2::VPCEndpoint'))
      .filter(({ Properties }) => Properties.VpcEndpointType === 'Interface')
      .map(({ Properties }) => String(Properties.ServiceName).split('.').at(-1))
    expect(services.toSorted()).toEqual([
      ...['autoscaling', 'ec2messages', 'elasticloadbalancing', 'logs', 'monitoring', 'ssm', 'ssmmessages'],
    ])
    isolated.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: [Match.objectLike({ CidrIp: '10.20.0.0/24', FromPort: 443, ToPort: 443 })],
    })
  })
})

describe('a network that exists', () => {
  const fleet = toExampleFleet('single-vpc-nlb')

  it('is known by its ids and adds nothing to any template', () => {
    const stack = new Stack(createAwsApp(), 'any', { env: awsEnv })
    const { vpc, sensorSubnets } = importNetwork(stack, fleet, fleet.aws.network.vpcId ?? '')
    expect(vpc.vpcId).toBe('vpc-0a1b2c3d4e5f60718')
    expect(vpc.selectSubnets(sensorSubnets).subnetIds).toEqual(['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002'])
    expect(stack.node.findAll().filter((each) => CfnElement.isCfnElement(each))).toEqual([])
  })

  it('is not made a second time', () => {
    expect(() => new NetworkStack(createAwsApp(), 'network', { fleet, env: awsEnv })).toThrow(/vpc-0a1b2c3d4e5f60718/)
  })
})
