import { Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Source } from '../../mirror-sources.ts'
import type { SpokeDescription } from '../../spoke.ts'
import { AlarmTopic } from '../constructs/alarm-topic.ts'
import { MirrorSessions } from '../constructs/mirror-sessions.ts'
import { addZonalTargets } from '../constructs/zonal-targets.ts'
import { mirrorSkipAlarms } from '../mirror-skip.ts'

export interface SpokeStackProps extends StackProps {
  readonly spoke: SpokeDescription
  /** By zone. @default - none: the fleet shares its target */
  readonly endpointIds?: ReadonlyMap<string, string>
}

/** Mirrors a VPC to somebody's fleet. It belongs to the account that owns the VPC, and asks nothing of the fleet's. */
export class SpokeStack extends Stack {
  constructor(scope: Construct, id: string, { spoke, endpointIds, ...props }: SpokeStackProps) {
    super(scope, id, props)
    const { name, sources, trafficMirrorFilter, trafficMirrorSession, alarmEmails } = spoke
    new MirrorSessions(this, 'Sessions', {
      name,
      sources,
      trafficMirrorFilter,
      trafficMirrorSession,
      packetLength: trafficMirrorSession.packetLength,
      toTargetId: this.addTargets(spoke, endpointIds),
    })
    // The sources' metrics are in this account. Nobody to tell, no alarm to pay for.
    if (alarmEmails.length > 0) {
      const topic = new AlarmTopic(this, 'Alarms', { name, emails: alarmEmails })
      for (const row of mirrorSkipAlarms) topic.addAlarm(row)
    }
  }

  /** @throws for a spoke with neither endpoints nor a target, which a description cannot be */
  private addTargets(
    { name, trafficMirrorTargetId }: SpokeDescription,
    endpointIds: ReadonlyMap<string, string> | undefined,
  ): (source: Source) => string {
    if (endpointIds !== undefined) {
      const toTargetId = addZonalTargets(this, name, endpointIds)
      return ({ zone }) => toTargetId(zone)
    }
    if (trafficMirrorTargetId === undefined) throw new Error(`spoke ${name} has no fleet to mirror to`)
    return () => trafficMirrorTargetId
  }
}
