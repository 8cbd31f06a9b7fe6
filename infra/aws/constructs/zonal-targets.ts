import { CfnTrafficMirrorTarget } from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'

/**
 * A mirror target for each endpoint of a gateway.
 * @param endpointIds by zone
 * @returns the target of a zone; it throws for a zone without an endpoint, which a spoke's sources cannot have
 */
export function addZonalTargets(
  scope: Construct,
  name: string,
  endpointIds: ReadonlyMap<string, string>,
): (zone: string) => string {
  const targetIds = new Map(
    [...endpointIds].map(([zone, endpointId]) => {
      const target = new CfnTrafficMirrorTarget(scope, `Target-${zone}`, {
        description: `Fleet of ${name}, by way of ${zone}`,
        gatewayLoadBalancerEndpointId: endpointId,
        tags: [{ key: 'Name', value: `${name}-${zone}` }],
      })
      return [zone, target.ref]
    }),
  )
  return (zone) => {
    const targetId = targetIds.get(zone)
    if (targetId === undefined) throw new Error(`no endpoint in ${zone}; there are ${[...targetIds.keys()].join(', ')}`)
    return targetId
  }
}
