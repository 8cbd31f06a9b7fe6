import { CfnTrafficMirrorTarget, CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import type { SpokeDescription } from '../../spoke.ts'

export interface ZonalTargetsProps {
  readonly name: string
  readonly vpcId: string
  readonly endpointServiceName: string
  readonly endpointSubnets: SpokeDescription['endpointSubnets']
}

/**
 * An endpoint of a gateway, and a mirror target, in each zone: an endpoint has one subnet for good, and the gateway
 * must have a node in the same zone (aws.md 3.7). It has no security group and no policy, for a gateway's takes none.
 */
export class ZonalTargets extends Construct {
  readonly endpointIds: readonly string[]
  private readonly targetIds: ReadonlyMap<string, string>

  constructor(scope: Construct, id: string, props: ZonalTargetsProps) {
    super(scope, id)
    const { name, vpcId, endpointServiceName: serviceName } = props
    const zonal = props.endpointSubnets.map(({ zone, subnetId }) => {
      const endpoint = new CfnVPCEndpoint(this, `Endpoint-${zone}`, {
        vpcEndpointType: 'GatewayLoadBalancer',
        serviceName,
        vpcId,
        subnetIds: [subnetId],
        tags: [{ key: 'Name', value: `${name}-${zone}` }],
      })
      const target = new CfnTrafficMirrorTarget(this, `Target-${zone}`, {
        description: `Fleet of ${name}, by way of ${zone}`,
        gatewayLoadBalancerEndpointId: endpoint.ref,
        tags: [{ key: 'Name', value: `${name}-${zone}` }],
      })
      return { zone, endpointId: endpoint.ref, targetId: target.ref }
    })
    this.endpointIds = zonal.map(({ endpointId }) => endpointId)
    this.targetIds = new Map(zonal.map(({ zone, targetId }) => [zone, targetId]))
  }

  /** @throws for a zone without an endpoint, which a spoke's sources cannot have */
  toTargetId(zone: string): string {
    const targetId = this.targetIds.get(zone)
    if (targetId === undefined)
      throw new Error(`no endpoint in ${zone}; there are ${[...this.targetIds.keys()].join(', ')}`)
    return targetId
  }
}
