/**
 * Where Auto Scaling takes an instance, by its metadata (autoscaling/target-lifecycle-state). It is the state that the
 * instance is on its way to: `Terminated` shows while the load balancer still drains, `InService` from the launch on.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/retrieving-target-lifecycle-state-through-imds.html
 */
export const targetStates = [
  'InService',
  'Terminated',
  'Standby',
  'Detached',
  'Warmed:Stopped',
  'Warmed:Running',
  'Warmed:Hibernated',
  'Warmed:Terminated',
] as const
export type TargetState = (typeof targetStates)[number]

export const phases = [
  /** Auto Scaling has said nothing yet. */
  'unassigned',
  /** On its way into service or into the warm pool; the launch hook waits until the sensor is ready. */
  'proving',
  'serving',
  /** Proven, and kept for later. */
  'pooled',
  /** Taken aside by an operator: not ready, captures on, comes back. */
  'standby',
  /** No longer the group's: it serves on by itself. */
  'detached',
  /** Not ready; waits until nothing more is sent to it. */
  'draining',
  /** The engine writes its last logs. */
  'stopping',
  /** Drained; the terminate hook waits for our word. */
  'completing',
  /** Nothing left to do but to answer. */
  'ended',
] as const
export type Phase = (typeof phases)[number]

export type Hook = 'launch' | 'terminate'
export type CallName = 'complete' | 'heartbeat' | 'target-health'

/** One kind of call: at most one is under way. */
export interface Call {
  readonly asked: boolean
  readonly dueSeconds: number
  /** In a row. */
  readonly failures: number
}

export interface State {
  readonly phase: Phase
  readonly sinceSeconds: number
  /** What the metadata said last; null while it has said nothing. */
  readonly target: TargetState | null
  /** Counts the passages from one steady state to another, so that a late answer is not taken for one of this passage. */
  readonly passage: number
  /** A drain ends in the warm pool, and not with the instance. */
  readonly returns: boolean
  readonly calls: Readonly<Record<CallName, Call>>
  /** Since when the load balancer no longer knows this target. */
  readonly outSeconds: number | null
  /** A completion got no answer: it may have arrived. */
  readonly uncertain: boolean
  /** Since when Auto Scaling says that no hook waits. */
  readonly noneActiveSeconds: number | null
}

/** What belongs to this instance: a hook or a target group that it does not have is not waited for. */
export interface Membership {
  readonly hooks: Readonly<Record<Hook, boolean>>
  readonly targetGroup: boolean
}

export type Event = { readonly atSeconds: number } & (
  | {
      readonly kind: 'tick'
      /** The sensor's own verdict, whatever its place in the group. */
      readonly ready: boolean
      /** Not ready, but nothing is wrong: rules load, the engine proves itself. */
      readonly starting: boolean
      /** Since the last mirrored packet came; null while unknown. */
      readonly silentSeconds: number | null
    }
  | { readonly kind: 'target'; readonly target: TargetState | null }
  | { readonly kind: 'engine-stopped' }
  | CallEvent
)

/** What became of a call that was asked in this passage. */
type CallEvent = { readonly passage: number } & (
  | { readonly kind: 'answered'; readonly call: 'complete' | 'heartbeat' }
  | { readonly kind: 'answered'; readonly call: 'target-health'; readonly registered: boolean }
  /** Auto Scaling knows of no hook that waits: not yet, or no more. */
  | { readonly kind: 'none-active'; readonly call: CallName }
  /** Nothing has changed over there. */
  | { readonly kind: 'failed'; readonly call: CallName }
  /** No answer came: the call may have had its effect. */
  | { readonly kind: 'unanswered'; readonly call: CallName }
)

export type Effect =
  | { readonly kind: 'drain' | 'resume' | 'stop-engine' }
  | { readonly kind: 'complete' | 'heartbeat'; readonly passage: number; readonly hook: Hook }
  | { readonly kind: 'target-health'; readonly passage: number }

export interface Step {
  readonly state: State
  readonly effects: readonly Effect[]
}

const due = (dueSeconds: number): Call => ({ asked: false, dueSeconds, failures: 0 })
export const dueCalls = (atSeconds: number): State['calls'] => ({
  complete: due(atSeconds),
  heartbeat: due(atSeconds),
  'target-health': due(atSeconds),
})

export const initial: State = {
  phase: 'unassigned',
  sinceSeconds: 0,
  target: null,
  passage: 0,
  returns: false,
  calls: dueCalls(0),
  outSeconds: null,
  uncertain: false,
  noneActiveSeconds: null,
}
