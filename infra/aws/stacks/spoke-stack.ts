import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Source } from '../../mirror-sources.ts'
import type { SpokeDescription } from '../../spoke.ts'
import { MirrorSessions } from '../constructs/mirror-sessions.ts'
import { ZonalTargets } from '../constructs/zonal-targets.ts'

export interface SpokeStackProps extends StackProps {
  readonly spoke: SpokeDescription
}

/** Mirrors a VPC to somebody's fleet. It belongs to the account that owns the VPC, and asks nothing of the fleet's. */
export class SpokeStack extends Stack {
  constructor(scope: Construct, id: string, { spoke, ...props }: SpokeStackProps) {
    super(scope, id, props)
    const { name, sources, trafficMirrorFilter, trafficMirrorSession } = spoke
    new MirrorSessions(this, 'Sessions', {
      name,
      sources,
      trafficMirrorFilter,
      trafficMirrorSession,
      packetLength: trafficMirrorSession.packetLength,
      toTargetId: this.addTargets(spoke),
    })
  }

  /** @throws for a spoke with neither an endpoint service nor a target, which a description cannot be */
  private addTargets({ name, vpcId, endpointServiceName, endpointSubnets, trafficMirrorTargetId }: SpokeDescription) {
    if (endpointServiceName !== undefined) {
      const targets = new ZonalTargets(this, 'Targets', { name, vpcId, endpointServiceName, endpointSubnets })
      new CfnOutput(this, 'EndpointIds', {
        description: 'Endpoints that the owner of the fleet must accept before anything is mirrored',
        value: targets.endpointIds.join(' '),
      })
      return ({ zone }: Source) => targets.toTargetId(zone)
    }
    if (trafficMirrorTargetId === undefined) throw new Error(`spoke ${name} has no fleet to mirror to`)
    return () => trafficMirrorTargetId
  }
}
