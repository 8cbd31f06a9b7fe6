import { dueCalls, type Phase, type State, type Step, type TargetState } from './instance-state.ts'

interface Turn {
  readonly phase: Phase
  readonly effects: readonly ('drain' | 'resume')[]
  readonly returns?: true
}
/** Undefined: nothing changes. */
type Turns = Readonly<Record<TargetState, Turn | undefined>>

const prove: Turn = { phase: 'proving', effects: [] }
const comeBack: Turn = { phase: 'proving', effects: ['resume'] }
const leave: Turn = { phase: 'draining', effects: ['drain'] }
const leaveForPool: Turn = { phase: 'draining', effects: ['drain'], returns: true }
const pooled: Turn = { phase: 'pooled', effects: [] }
/** The load balancer is told so, though Auto Scaling deregisters the target too. No hook runs, and the engine captures on. */
const stepAside: Turn = { phase: 'standby', effects: ['drain'] }
/** Whoever detaches a sensor wants it alive. If it is registered again by hand it says how it is, like every other. */
const detach: Turn = { phase: 'detached', effects: ['resume'] }

const toPool = (turn: Turn | undefined) => ({
  'Warmed:Stopped': turn,
  'Warmed:Running': turn,
  'Warmed:Hibernated': turn,
})
const away = { Terminated: leave, 'Warmed:Terminated': leave }
/** An instance that is being terminated does not come back. */
const nowhere: Turns = {
  ...{ InService: undefined, Terminated: undefined, Standby: undefined, Detached: undefined },
  ...{ ...toPool(undefined), 'Warmed:Terminated': undefined },
}

/** Where each target state leads from each phase. Where a hook may wait, there is a phase that completes it. */
const turns: Readonly<Record<Phase, Turns>> = {
  unassigned: { InService: prove, ...toPool(prove), ...away, Standby: stepAside, Detached: detach },
  proving: { InService: undefined, ...toPool(undefined), ...away, Standby: stepAside, Detached: detach },
  serving: { InService: undefined, ...toPool(leaveForPool), ...away, Standby: stepAside, Detached: detach },
  // A launch hook waits at the way out of the pool as well as at the way in.
  pooled: { InService: comeBack, ...toPool(undefined), ...away, Standby: stepAside, Detached: detach },
  standby: { InService: comeBack, ...toPool(pooled), ...away, Standby: undefined, Detached: detach },
  detached: { InService: prove, ...toPool(prove), ...away, Standby: stepAside, Detached: undefined },
  draining: nowhere,
  stopping: nowhere,
  completing: nowhere,
  ended: nowhere,
}
/** On the way to the pool an instance can be wanted again, or no more. */
const returning: Turns = { ...nowhere, InService: comeBack, ...away, Standby: stepAside, Detached: detach }

/** The metadata names a target state. Null, from before the first one or after the last, says nothing. */
export function onTarget(state: State, target: TargetState | null, atSeconds: number): Step {
  if (target === null || target === state.target) return { state, effects: [] }
  const named = { ...state, target }
  const turn = (state.returns ? returning : turns[state.phase])[target]
  // Into the pool, and out of it before its launch hook was completed: two hooks, one after the other.
  const isAnotherHook = state.phase === 'proving' && isPool(state.target) !== isPool(target)
  const taken = turn ?? (isAnotherHook ? prove : undefined)
  if (taken === undefined) return { state: named, effects: [] }
  return {
    state: toPhase({ ...named, returns: taken.returns ?? false }, taken.phase, atSeconds),
    effects: taken.effects.map((kind) => ({ kind })),
  }
}

const isPool = (target: TargetState | null): boolean => target?.startsWith('Warmed:') ?? false

/** A new passage: what was asked in the last one is no longer waited for. */
export const toPhase = (state: State, phase: Phase, atSeconds: number): State => ({
  ...state,
  phase,
  sinceSeconds: atSeconds,
  passage: state.passage + 1,
  calls: dueCalls(atSeconds),
  outSeconds: null,
  uncertain: false,
  noneActiveSeconds: null,
})
