import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  RecordLifecycleActionHeartbeatCommand,
} from '@aws-sdk/client-auto-scaling'
import type { Clock } from '../read/clock.ts'
import { callAws, clientSettings, type Outcome } from './aws-call.ts'
import type { Hook } from './instance-state.ts'

/** `none-active`: no hook of this name waits for this instance, not yet or no more. */
export type HookOutcome = Outcome<void> | { readonly kind: 'none-active' }

export interface HookNames {
  readonly group: string
  readonly instanceId: string
  readonly hooks: Readonly<Record<Hook, string>>
}

/** The lifecycle hooks of one instance. Region, endpoint and credentials are those that the client finds by itself. */
export function openLifecycleHooks({ group, instanceId, hooks }: HookNames, clock: Pick<Clock, 'after'>) {
  const client = new AutoScalingClient(clientSettings)
  const toAction = (hook: Hook) => ({
    AutoScalingGroupName: group,
    InstanceId: instanceId,
    LifecycleHookName: hooks[hook],
  })
  return {
    complete: async (hook: Hook): Promise<HookOutcome> => {
      const command = new CompleteLifecycleActionCommand({ ...toAction(hook), LifecycleActionResult: 'CONTINUE' })
      const send = async (abortSignal: AbortSignal) => void (await client.send(command, { abortSignal }))
      return toHookOutcome(await callAws('CompleteLifecycleAction', send, clock))
    },
    heartbeat: async (hook: Hook): Promise<HookOutcome> => {
      const command = new RecordLifecycleActionHeartbeatCommand(toAction(hook))
      const send = async (abortSignal: AbortSignal) => void (await client.send(command, { abortSignal }))
      return toHookOutcome(await callAws('RecordLifecycleActionHeartbeat', send, clock))
    },
  }
}

/** The service has no error code of its own for it: "No active Lifecycle Action found with instance ID i-0abc". */
const toHookOutcome = (outcome: Outcome<void>): HookOutcome =>
  outcome.kind === 'failed' && outcome.name === 'ValidationError' && /no active lifecycle action/i.test(outcome.message)
    ? { kind: 'none-active' }
    : outcome
