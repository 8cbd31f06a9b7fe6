import { type AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling'
import { askAws, FleetUnread } from './aws-call.ts'
import type { GroupInstance, ScalingGroup } from './fleet-reading.ts'

export interface ReadGroup {
  readonly group: ScalingGroup
  readonly instances: readonly GroupInstance[]
}

/** @throws FleetUnread, also when there is no such group */
export async function readGroup(client: AutoScalingClient, name: string, signal: AbortSignal): Promise<ReadGroup> {
  const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] })
  const answer = client.send(command, { abortSignal: signal })
  const { AutoScalingGroups: [group] = [] } = await askAws('DescribeAutoScalingGroups', answer, signal)
  if (group === undefined)
    throw new FleetUnread(`no Auto Scaling group "${name}" in this account and region; see --name, --group, --region`)
  return {
    group: {
      name,
      desiredCapacity: group.DesiredCapacity ?? 0,
      zones: group.AvailabilityZones ?? [],
      targetGroupArns: group.TargetGroupARNs ?? [],
    },
    instances: (group.Instances ?? []).map((instance) => ({
      id: instance.InstanceId ?? '',
      zone: instance.AvailabilityZone ?? '',
      lifecycleState: instance.LifecycleState ?? '',
      healthStatus: instance.HealthStatus ?? '',
    })),
  }
}
