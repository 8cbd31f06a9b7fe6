import { startInstanceMetadata } from './instance-metadata.ts'
import { type Answer, startQueryApi } from './query-api.ts'

/**
 * One instance's view of AWS as a program of its own, for a namespace: the metadata service at 169.254.169.254 port 80, and
 * Auto Scaling, Elastic Load Balancing and CloudWatch at 127.0.0.1 on the port given. Over IPC it takes `Group`, each field
 * as it changes, and tells of every call as `GroupCall`. It ends with its parent.
 */
export interface Group {
  /** What the metadata say. */
  readonly target: string
  /** State of the target in its target group. */
  readonly health: string
  /** Name of the hook that waits; empty for none. */
  readonly waiting: string
}
export interface GroupCall {
  readonly action: string
  /** Of a hook's call. */
  readonly hook: string
  /** The hook waited: the call had its effect. */
  readonly effective: boolean
}

let group: Group = { target: '', health: 'unused', waiting: '' }
const metadata = await startInstanceMetadata('169.254.169.254', 80)

const ofHook: Answer = ({ parameters }) => {
  const message = `No active Lifecycle Action found with instance ID ${parameters.InstanceId}`
  return parameters.LifecycleHookName === group.waiting && group.waiting !== ''
    ? ''
    : { kind: 'error', status: 400, code: 'ValidationError', message }
}

await startQueryApi(
  {
    CompleteLifecycleAction: ofHook,
    RecordLifecycleActionHeartbeat: ofHook,
    DescribeTargetHealth: () =>
      `<TargetHealthDescriptions><member><TargetHealth><State>${group.health}</State></TargetHealth></member></TargetHealthDescriptions>`,
    PutMetricData: () => '{}',
  },
  Number(process.argv[2]),
  ({ action, parameters }) => {
    const hook = parameters.LifecycleHookName ?? ''
    const effective = hook !== '' && hook === group.waiting
    if (effective && action === 'CompleteLifecycleAction') group = { ...group, waiting: '' }
    process.send?.({ action, hook, effective } satisfies GroupCall)
  },
)

process.on('message', (changed: Partial<Group>) => {
  group = { ...group, ...changed }
  metadata.setTargetState(group.target === '' ? null : group.target)
  process.send?.({ action: 'changed', hook: '', effective: true } satisfies GroupCall)
})
process.on('disconnect', () => process.exit(0))
process.send?.({ action: 'listening', hook: '', effective: true } satisfies GroupCall)
