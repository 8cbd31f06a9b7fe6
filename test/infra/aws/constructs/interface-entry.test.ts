import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { toEntryStacks, toExampleFleet } from '../../../support/aws/fleet-app.ts'
import { toResource, toSecurityRules } from '../../../support/aws/template-reading.ts'

const fleet = toExampleFleet('smallest')
const { entry } = toEntryStacks(fleet)
const template = Template.fromStack(entry)

describe('entry by an interface', () => {
  it('is one interface that outlives instances, in the subnet of the zone (1.3)', () => {
    expect(toResource(template, 'AWS::EC2::NetworkInterface')).toMatchObject({
      SubnetId: fleet.aws.network.subnets?.[0]?.subnetId,
      GroupSet: [{ 'Fn::GetAtt': [expect.stringMatching(/^SecurityGroupsSensors/), 'GroupId'] }],
    })
    expect(entry.sensorInterfaceId).not.toBeNull()
  })

  it('has no load balancer, and nothing for sensors to register with', () => {
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 0)
    expect([entry.loadBalancer, entry.targetGroup]).toEqual([null, null])
  })

  it('lets in VXLAN from the sources, and metrics for the scraper (1.3)', () => {
    expect(toSecurityRules(template, 'Ingress')['Sensors of smallest']).toEqual([
      'tcp/9100 For the Prometheus that scrapes the sensors of smallest',
      'udp/4789 10.70.0.0/24',
    ])
  })

  it('refuses two subnets, in which one interface cannot be', () => {
    const [subnet] = fleet.aws.network.subnets ?? []
    const subnets = [subnet, { zone: 'eu-central-1b', subnetId: 'subnet-0a1b2c3d4e5f60002' }].filter(
      (one) => one !== undefined,
    )
    const aws = { ...fleet.aws, network: { ...fleet.aws.network, subnets } }
    expect(() => toEntryStacks({ ...fleet, zones: ['eu-central-1a', 'eu-central-1b'], aws })).toThrow('list one zone')
  })
})
