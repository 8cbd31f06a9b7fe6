import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import { CfnTrafficMirrorTarget } from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import type { AwsFleet } from '../aws-fleet.ts'
import type { DirectMirrorTarget } from '../constructs/entry.ts'
import { MirrorSessions, toInterfacePacketLength } from '../constructs/mirror-sessions.ts'
import { spokeCredentials, toSpokeCommand } from '../constructs/spoke-command.ts'
import { addTargetShare } from '../constructs/target-share.ts'

export interface MirrorStackProps extends StackProps {
  readonly fleet: AwsFleet
  /** A fleet behind a gateway has no such stack: its targets and sessions belong to the spokes. */
  readonly mirrorTarget: DirectMirrorTarget
}

/** The fleet's mirror target, whom it is shared with, and the sessions of the fleet's own sources. */
export class MirrorStack extends Stack {
  constructor(scope: Construct, id: string, { fleet, mirrorTarget, ...props }: MirrorStackProps) {
    super(scope, id, props)
    const { name, sources, trafficMirrorFilter, trafficMirrorSession } = fleet
    const alone = mirrorTarget.kind === 'none'
    const target = new CfnTrafficMirrorTarget(this, 'Target', {
      description: `Sensors of ${name}`,
      ...(alone
        ? { networkInterfaceId: mirrorTarget.networkInterfaceId }
        : { networkLoadBalancerArn: mirrorTarget.loadBalancerArn }),
      tags: [{ key: 'Name', value: name }],
    })
    const { consumerAccounts } = fleet.aws
    if (consumerAccounts.length > 0) {
      addTargetShare(this, { name, trafficMirrorTargetId: target.ref, consumerAccounts })
    }
    if (sources.length > 0) {
      const { packetLength } = trafficMirrorSession
      new MirrorSessions(this, 'Sessions', {
        name,
        sources,
        trafficMirrorFilter,
        trafficMirrorSession,
        packetLength: alone ? toInterfacePacketLength(packetLength) : packetLength,
        toTargetId: () => target.ref,
      })
    }
    new CfnOutput(this, 'TrafficMirrorTargetId', { value: target.ref })
    if (alone) return
    new CfnOutput(this, 'SpokeCommand', {
      description: `Deploys a spoke, ${spokeCredentials}`,
      value: toSpokeCommand('--all', { key: 'trafficMirrorTargetId', value: target.ref }),
    })
  }
}
