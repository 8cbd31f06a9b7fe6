import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { toEntryStacks, toExampleFleet } from '../../../support/aws/fleet-app.ts'
import { toAttributes, toResource, toResources, toSecurityRules } from '../../../support/aws/template-reading.ts'

const fleet = toExampleFleet('cross-vpc-nlb')
const template = Template.fromStack(toEntryStacks(fleet).entry)
const loadBalancer = toResource(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer')
const targetGroup = toResource(template, 'AWS::ElasticLoadBalancingV2::TargetGroup')
const balancing = toAttributes(loadBalancer.LoadBalancerAttributes)
const targeting = toAttributes(targetGroup.TargetGroupAttributes)

describe('entry by a network load balancer', () => {
  it('is internal: no mirrored packet comes from the internet', () => {
    expect(loadBalancer).toMatchObject({ Type: 'network', Scheme: 'internal' })
  })

  it('has a node in each zone of the fleet, and each reaches every sensor (2.1)', () => {
    expect(loadBalancer.Subnets).toHaveLength(fleet.zones.length)
    expect(balancing['load_balancing.cross_zone.enabled']).toBe('true')
    expect(targeting['load_balancing.cross_zone.enabled']).toBeUndefined()
  })

  it('listens for VXLAN, without which mirroring fails in silence (2.1)', () => {
    expect(toResource(template, 'AWS::ElasticLoadBalancingV2::Listener')).toMatchObject({ Port: 4789, Protocol: 'UDP' })
    expect(targetGroup).toMatchObject({ Port: 4789, Protocol: 'UDP', TargetType: 'instance' })
  })

  it('asks the agent whether it is ready, as often as the fleet says (2.3)', () => {
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

  it('spreads what one interface mirrors over the sensors: no stickiness by address (0.8)', () => {
    expect(targeting['stickiness.enabled']).toBe('false')
  })

  it('ends flows that never fall silent once a leaving sensor has drained (0.3, 2.4)', () => {
    expect(targeting['deregistration_delay.timeout_seconds']).toBe('120')
    expect(targeting['deregistration_delay.connection_termination.enabled']).toBe('true')
  })

  it('does not ask for what UDP groups refuse (2.4)', () => {
    expect(Object.keys(targeting).filter((key) => key.startsWith('target_health_state.'))).toEqual([])
  })

  it('fails open only when no sensor is healthy (0.6, 2.5)', () => {
    const prefix = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets'
    expect(targeting[`${prefix}.count`]).toBe('1')
    expect(targeting[`${prefix}.percentage`]).toBeUndefined()
  })

  it('keeps the source address, which names the mirrored interface (0.1, 2.2)', () => {
    expect(targeting['preserve_client_ip.enabled']).toBe('true')
  })

  it('has a security group from the start, and it is ours and not the one that blocks everything (0.10, 2.6)', () => {
    const ids = Object.keys(toResources(template, 'AWS::EC2::SecurityGroup'))
    expect(loadBalancer.SecurityGroups).toEqual([
      { 'Fn::GetAtt': [expect.stringMatching(/^EntrySecurityGroup/), 'GroupId'] },
    ])
    expect(ids).toHaveLength(3)
    expect(JSON.stringify(template.toJSON())).not.toContain('255.255.255.255')
  })

  it('lets in VXLAN from the sources and nothing else, and out VXLAN and health checks to the sensors (0.10)', () => {
    const name = 'Load balancer of cross-vpc'
    expect(toSecurityRules(template, 'Ingress')[name]).toEqual(['udp/4789 10.30.0.0/20', 'udp/4789 10.40.0.0/16'])
    expect(toSecurityRules(template, 'Egress')[name]).toEqual([
      'tcp/9100 Sensors of cross-vpc',
      'udp/4789 Sensors of cross-vpc',
    ])
  })

  it('is the only way to a sensor, save the scraper (2.6)', () => {
    expect(toSecurityRules(template, 'Ingress')['Sensors of cross-vpc']).toEqual([
      'tcp/9100 For the Prometheus that scrapes the sensors of cross-vpc',
      'tcp/9100 Load balancer of cross-vpc',
      'udp/4789 Load balancer of cross-vpc',
    ])
  })
})
