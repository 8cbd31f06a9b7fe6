import { CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import type { SpokeDescription } from '../../spoke.ts'

/**
 * An endpoint of a gateway in each zone: it has one subnet for good, and the gateway must have a node in the same zone
 * (AWS PrivateLink guide, Gateway Load Balancer endpoints). It has no security group and no policy, for a gateway's takes none.
 * @returns endpoint ids by zone
 */
export const addZonalEndpoints = (
  scope: Construct,
  { name, vpcId, endpointSubnets }: SpokeDescription,
  serviceName: string,
): ReadonlyMap<string, string> =>
  new Map(
    endpointSubnets.map(({ zone, subnetId }) => {
      const endpoint = new CfnVPCEndpoint(scope, `Endpoint-${zone}`, {
        vpcEndpointType: 'GatewayLoadBalancer',
        serviceName,
        vpcId,
        subnetIds: [subnetId],
        tags: [{ key: 'Name', value: `${name}-${zone}` }],
      })
      return [zone, endpoint.ref]
    }),
  )
