import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { toEntryStacks, toExampleFleet } from '../../../support/aws/fleet-app.ts'
import { toAttributes, toResource, toSecurityRules } from '../../../support/aws/template-reading.ts'

const fleet = toExampleFleet('cross-account-gwlb')
const template = Template.fromStack(toEntryStacks(fleet).entry)
const loadBalancer = toResource(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer')
const targetGroup = toResource(template, 'AWS::ElasticLoadBalancingV2::TargetGroup')
const targeting = toAttributes(targetGroup.TargetGroupAttributes)

describe('entry by a gateway load balancer', () => {
  it('has a node in each zone of the fleet, and each reaches every sensor (3.5)', () => {
    expect(loadBalancer).toMatchObject({ Type: 'gateway' })
    expect(loadBalancer.Subnets).toHaveLength(fleet.zones.length)
    expect(toAttributes(loadBalancer.LoadBalancerAttributes)['load_balancing.cross_zone.enabled']).toBe('true')
  })

  it('has no security groups, which a gateway cannot have (3.6)', () => {
    expect(loadBalancer).not.toHaveProperty('SecurityGroups')
  })

  it('sends GENEVE to the one port that it may have (3.1)', () => {
    expect(targetGroup).toMatchObject({ Protocol: 'GENEVE', Port: 6081, TargetType: 'instance' })
  })

  it('listens without port and protocol (6.1)', () => {
    const listener = toResource(template, 'AWS::ElasticLoadBalancingV2::Listener')
    expect(Object.keys(listener).toSorted()).toEqual(['DefaultActions', 'LoadBalancerArn'])
  })

  it('moves the flows of a sensor that failed or left to others (0.7, 3.4)', () => {
    expect(targeting['target_failover.on_unhealthy']).toBe('rebalance')
    expect(targeting['target_failover.on_deregistration']).toBe('rebalance')
    expect(targeting['deregistration_delay.timeout_seconds']).toBe('120')
  })

  it('spreads what one interface mirrors over the sensors: five-tuple stickiness (0.8, 3.3)', () => {
    expect(targeting['stickiness.enabled']).toBe('false')
    expect(targeting['stickiness.type']).toBeUndefined()
  })

  it('asks the agent whether it is ready, as often as the fleet says (3.5)', () => {
    expect(targetGroup).toMatchObject({
      HealthCheckProtocol: 'HTTP',
      HealthCheckPort: '9100',
      HealthCheckPath: '/readyz',
      Matcher: { HttpCode: '200' },
      HealthCheckIntervalSeconds: fleet.loadBalancer.healthCheck.intervalSeconds,
      HealthCheckTimeoutSeconds: fleet.loadBalancer.healthCheck.timeoutSeconds,
      HealthyThresholdCount: fleet.loadBalancer.healthCheck.healthyThreshold,
      UnhealthyThresholdCount: fleet.loadBalancer.healthCheck.unhealthyThreshold,
    })
  })

  it('lets GENEVE and health checks in from the subnets of the gateway only, and metrics for the scraper (3.6)', () => {
    expect(toSecurityRules(template, 'Ingress')['Sensors of cross-account']).toEqual([
      'tcp/9100 10.50.0.0/24',
      'tcp/9100 10.50.1.0/24',
      'tcp/9100 For the Prometheus that scrapes the sensors of cross-account',
      'udp/6081 10.50.0.0/24',
      'udp/6081 10.50.1.0/24',
    ])
  })

  it('offers the gateway to the accounts of the fleet alone, each request to be accepted (3.7)', () => {
    expect(toResource(template, 'AWS::EC2::VPCEndpointService')).toMatchObject({
      AcceptanceRequired: true,
      GatewayLoadBalancerArns: [{ Ref: expect.stringMatching(/^EntryLoadBalancer/) }],
    })
    expect(toResource(template, 'AWS::EC2::VPCEndpointServicePermissions').AllowedPrincipals).toEqual([
      'arn:aws:iam::444455556666:root',
      'arn:aws:iam::777788889999:root',
    ])
  })
})

describe('entry by a gateway in an existing VPC', () => {
  const existing = toExampleFleet('single-vpc-nlb')
  const toExisting = (cidrs: readonly string[]) => {
    const subnets = existing.aws.network.subnets?.map((subnet, index) => {
      const cidr = cidrs[index]
      return cidr === undefined ? subnet : { ...subnet, cidr }
    })
    return toEntryStacks({
      ...existing,
      sources: [],
      loadBalancer: { ...existing.loadBalancer, kind: 'gateway' },
      aws: { ...existing.aws, network: { ...existing.aws.network, ...(subnets === undefined ? {} : { subnets }) } },
    }).entry
  }
  const inExisting = Template.fromStack(toExisting(['10.20.8.0/24', '10.20.9.0/24']))

  it('lets the gateway in from the subnets that it is in, and not from the rest of the VPC', () => {
    const rules = toSecurityRules(inExisting, 'Ingress')['Sensors of single-vpc']
    expect(rules?.filter((rule) => !rule.includes('Prometheus'))).toEqual([
      'tcp/9100 10.20.8.0/24',
      'tcp/9100 10.20.9.0/24',
      'udp/6081 10.20.8.0/24',
      'udp/6081 10.20.9.0/24',
    ])
  })

  it('is refused where the addresses of the subnets are not known', () => {
    expect(() => toExisting(['10.20.8.0/24'])).toThrow(/CIDR/)
  })

  it('offers the gateway to nobody where the fleet lists no account', () => {
    inExisting.resourceCountIs('AWS::EC2::VPCEndpointServicePermissions', 0)
  })
})
