import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { SpokeEndpointsStack } from '../../../../infra/aws/stacks/spoke-endpoints-stack.ts'
import { toExampleSpoke } from '../../../support/aws/fleet-app.ts'
import { toResources } from '../../../support/aws/template-reading.ts'
import { createAwsApp } from '../../../support/aws-app.ts'

const spoke = toExampleSpoke('cross-account-gwlb')
const endpointServiceName = 'com.amazonaws.vpce.eu-central-1.vpce-svc-0a1b2c3d4e5f60718'
const stack = new SpokeEndpointsStack(createAwsApp(), 'endpoints', { spoke, endpointServiceName })
const template = Template.fromStack(stack)
const endpoints = toResources(template, 'AWS::EC2::VPCEndpoint')

describe('endpoints of a spoke', () => {
  it('are one in each zone, in one subnet and nothing more (3.7)', () => {
    const subnets = Object.values(endpoints).map(({ SubnetIds }) => SubnetIds)
    expect(subnets).toEqual(spoke.endpointSubnets.map(({ subnetId }) => [subnetId]))
    expect([...stack.endpointIds.keys()]).toEqual(['euc1-az1', 'euc1-az2'])
    for (const endpoint of Object.values(endpoints)) {
      expect(endpoint).toMatchObject({
        VpcEndpointType: 'GatewayLoadBalancer',
        ServiceName: endpointServiceName,
        VpcId: spoke.vpcId,
      })
      // What other types of endpoint take, a gateway's refuses.
      expect(Object.keys(endpoint)).not.toContain('SecurityGroupIds')
      expect(Object.keys(endpoint)).not.toContain('PolicyDocument')
    }
  })

  it('are told, for the owner of the fleet must accept them (3.7)', () => {
    const [first, second, ...others] = Object.keys(endpoints).map((id) => ({ Ref: id }))
    expect(template.findOutputs('EndpointIds').EndpointIds?.Value).toEqual({ 'Fn::Join': ['', [first, ' ', second]] })
    expect(others).toEqual([])
  })

  it('stand alone: what waits for their acceptance is in another stack', () => {
    expect(Object.values(template.toJSON().Resources).map((each) => Object(each).Type)).toEqual(
      Array(2).fill('AWS::EC2::VPCEndpoint'),
    )
  })
})
