import { CfnElement, Stack } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { importNetwork, NetworkStack } from '../../../../infra/aws/stacks/network-stack.ts'
import { toExampleFleet } from '../../../support/aws/fleet-app.ts'
import { awsEnv, createAwsApp, toAwsFleet } from '../../../support/aws-app.ts'

const toNetworkStack = (network: Readonly<Record<string, unknown>>, zones = ['eu-central-1a', 'eu-central-1b']) =>
  new NetworkStack(createAwsApp(), 'network', {
    fleet: toAwsFleet({
      zones,
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

  it('keeps the blocks of its subnets when a zone is added at the end, or none could be', () => {
    const toBlocks = (zones: string[]) =>
      Object.entries(
        Template.fromStack(toNetworkStack({ natGateways: 1 }, zones)).findResources('AWS::EC2::Subnet'),
      ).map(([id, { Properties }]) => [id, Properties.AvailabilityZone, Properties.CidrBlock])
    const zones = [...'abcdef'].map((letter) => `eu-central-1${letter}`)
    const all = toBlocks(zones)
    expect(all).toHaveLength(12)
    for (const count of [2, 5]) {
      const some = toBlocks(zones.slice(0, count))
      expect(some).toHaveLength(2 * count)
      expect(all).toEqual(expect.arrayContaining(some))
    }
  })

  it('is called what the fleet is called', () => {
    open.hasResourceProperties('AWS::EC2::VPC', { Tags: Match.arrayWith([{ Key: 'Name', Value: 'test' }]) })
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

  it('answers cfn-lint where it complains, and lets it look at the rest', () => {
    const toChecks = ({ Metadata }: { readonly Metadata?: Readonly<Record<string, unknown>> }) => Metadata?.['cfn-lint']
    expect(toChecks(open.toJSON())).toBeUndefined()
    for (const { Type, ...resource } of Object.values<{ Type: string; Metadata?: Record<string, unknown> }>(
      open.toJSON().Resources,
    )) {
      const check = { 'AWS::EC2::Subnet': 'W3010', 'AWS::Lambda::Function': 'W3005' }[Type]
      expect(toChecks(resource)).toEqual(check && { config: { ignore_checks: [check] } })
    }
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

  it('reaches every API that a sensor calls and no other, and from the VPC only', () => {
    const services = Object.values(isolated.findResources('AWS::EC2::VPCEndpoint'))
      .filter(({ Properties }) => Properties.VpcEndpointType === 'Interface')
      .map(({ Properties }) => String(Properties.ServiceName).split('.').at(-1))
    expect(services.toSorted()).toEqual(['autoscaling', 'elasticloadbalancing', 'monitoring', 'ssm', 'ssmmessages'])
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

  it('is known by the blocks of its subnets where the description has them', () => {
    const subnets =
      fleet.aws.network.subnets?.map((subnet, index) => ({ ...subnet, cidr: `10.20.${index}.0/24` })) ?? []
    const network = { ...fleet.aws.network, subnets }
    const stack = new Stack(createAwsApp(), 'any', { env: awsEnv })
    const { vpc, sensorSubnets } = importNetwork(stack, { ...fleet, aws: { ...fleet.aws, network } }, 'vpc-01234567')
    const blocks = vpc.selectSubnets(sensorSubnets).subnets.map(({ ipv4CidrBlock }) => ipv4CidrBlock)
    expect(blocks).toEqual(['10.20.0.0/24', '10.20.1.0/24'])
  })

  it('is not made a second time', () => {
    expect(() => new NetworkStack(createAwsApp(), 'network', { fleet, env: awsEnv })).toThrow(/vpc-0a1b2c3d4e5f60718/)
  })
})
