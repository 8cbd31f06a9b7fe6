import type { Environment } from './config.ts'
import { createGroupMember, type GroupSensor } from './lifecycle/group-member.ts'
import { isReporting, toProof } from './lifecycle/sensor-proof.ts'
import type { Log } from './log.ts'
import { type CloudWatchPublisher, createCloudWatchPublisher } from './publish/cloudwatch-publisher.ts'
import type { Clock } from './read/clock.ts'
import { openTargetState } from './read/instance-metadata.ts'
import type { GroupStatus, Publication } from './serve/publication.ts'

export interface GroupOptions {
  readonly environment: Environment
  readonly sensor: Omit<GroupSensor, 'proof'>
  readonly last: () => Publication | undefined
  readonly staleAfterSeconds: number
  readonly clock: Clock
  readonly log: Log['entry']
}

/** The sensor's place in its Auto Scaling group. */
export interface Group {
  /** Null without a group. */
  readonly status: () => GroupStatus | null
  readonly publish: (publication: Publication) => void
  readonly run: (signal: AbortSignal) => Promise<void>
}

const none: Group = { status: () => null, publish: () => {}, run: async () => {} }

/** The AWS clients are loaded only here, so an agent without a group does not pay for them in memory. */
export async function joinGroup(options: GroupOptions): Promise<Group> {
  const { environment, last, staleAfterSeconds, clock, log } = options
  if (environment.SENSOR_AUTO_SCALING_GROUP === '') return none
  const proof = () => toProof(last(), clock.nowSeconds(), staleAfterSeconds)
  const member = createGroupMember({
    membership: {
      hooks: { launch: environment.SENSOR_LAUNCH_HOOK !== '', terminate: environment.SENSOR_TERMINATE_HOOK !== '' },
      targetGroup: environment.SENSOR_TARGET_GROUP_ARN !== '',
    },
    calls: await openCalls(environment, clock),
    sensor: { ...options.sensor, proof },
    clock,
    log,
  })
  const publisher = await openPublisher(options, () => isReporting(member.status()))
  return {
    status: member.status,
    publish: (publication) => publisher?.publish(publication),
    run: async (signal) => {
      await Promise.all([member.run(signal), publisher?.run(signal)])
    },
  }
}

async function openCalls(environment: Environment, clock: Clock) {
  const { SENSOR_ID: instanceId, SENSOR_TARGET_GROUP_ARN: targetGroupArn } = environment
  const { openLifecycleHooks } = await import('./lifecycle/auto-scaling.ts')
  const { openTargetHealth } = await import('./lifecycle/target-health.ts')
  const hooks = { launch: environment.SENSOR_LAUNCH_HOOK, terminate: environment.SENSOR_TERMINATE_HOOK }
  return {
    ...openLifecycleHooks({ group: environment.SENSOR_AUTO_SCALING_GROUP, instanceId, hooks }, clock),
    isRegistered: openTargetHealth(targetGroupArn, instanceId, clock),
    targetState: openTargetState(environment.SENSOR_METADATA_ENDPOINT),
  }
}

async function openPublisher(
  { environment, staleAfterSeconds, clock, log }: GroupOptions,
  isReportingNow: () => boolean,
): Promise<CloudWatchPublisher | undefined> {
  const { SENSOR_AUTO_SCALING_GROUP: group, SENSOR_CLOUDWATCH_NAMESPACE: namespace } = environment
  if (namespace === '') return undefined
  const { openPutMetricData } = await import('./publish/put-metric-data.ts')
  const put = openPutMetricData(namespace, clock)
  return createCloudWatchPublisher({ group, put, isReporting: isReportingNow, staleAfterSeconds, clock, log })
}
