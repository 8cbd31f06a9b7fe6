import { CfnTrafficMirrorSession } from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import type { FleetDescription } from '../../fleet.ts'
import type { Source } from '../../mirror-sources.ts'
import { MirrorFilter } from './mirror-filter.ts'

export interface MirrorSessionsProps {
  /** Whose sessions these are: a fleet or a spoke. */
  readonly name: string
  readonly sources: readonly Source[]
  readonly trafficMirrorFilter: FleetDescription['trafficMirrorFilter']
  readonly trafficMirrorSession: FleetDescription['trafficMirrorSession']
  /** Bytes of each packet; undefined is the whole packet. */
  readonly packetLength: number | undefined
  readonly toTargetId: (source: Source) => string
}

/**
 * The whole packet, where the target is an interface: 8500 is the limit of load balancers, and AWS asks to leave the
 * length out where nothing is to be cut off (CreateTrafficMirrorSession; aws.md 1.2).
 */
export const toInterfacePacketLength = (packetLength: number): number | undefined =>
  packetLength < 8500 ? packetLength : undefined

/** @throws for a source without an interface, which a description for AWS cannot have */
function toInterfaceId({ name, networkInterfaceId }: Source): string {
  if (networkInterfaceId === undefined) throw new Error(`source ${name} has no networkInterfaceId to mirror`)
  return networkInterfaceId
}

/** One session for each source, and the filter that they share. */
export class MirrorSessions extends Construct {
  constructor(scope: Construct, id: string, props: MirrorSessionsProps) {
    super(scope, id)
    const { name, sources, trafficMirrorSession } = props
    const { filterId } = new MirrorFilter(this, 'Filter', name, props.trafficMirrorFilter)
    for (const source of sources) {
      const networkInterfaceId = toInterfaceId(source)
      // Known by its interface: another name for a source must not end its session.
      new CfnTrafficMirrorSession(this, networkInterfaceId, {
        description: `${source.name} to ${name}`,
        networkInterfaceId,
        trafficMirrorFilterId: filterId,
        trafficMirrorTargetId: props.toTargetId(source),
        sessionNumber: source.sessionNumber ?? trafficMirrorSession.sessionNumber,
        virtualNetworkId: source.virtualNetworkId ?? trafficMirrorSession.virtualNetworkId,
        packetLength: props.packetLength,
        tags: [{ key: 'Name', value: source.name }],
      })
    }
  }
}
