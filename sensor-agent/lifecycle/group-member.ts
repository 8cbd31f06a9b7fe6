import type { Entry } from '../journal.ts'
import type { Clock } from '../read/clock.ts'
import type { Answer } from '../sample/reading.ts'
import type { GroupStatus } from '../serve/publication.ts'
import { everyTick } from '../ticks.ts'
import type { HookOutcome } from './auto-scaling.ts'
import type { Outcome } from './aws-call.ts'
import { next } from './instance-lifecycle.ts'
import {
  type Effect,
  type Event,
  type Hook,
  initial,
  type Membership,
  type State,
  type TargetState,
} from './instance-state.ts'

/** What AWS and the instance's metadata can be asked. Each settles within a deadline of its own, and none rejects. */
export interface GroupCalls {
  readonly targetState: () => Promise<Answer<TargetState | null>>
  readonly complete: (hook: Hook) => Promise<HookOutcome>
  readonly heartbeat: (hook: Hook) => Promise<HookOutcome>
  /** The target group still knows this instance. */
  readonly isRegistered: () => Promise<Outcome<boolean>>
}

/** The sensor as its place in the group needs it. */
export interface GroupSensor {
  readonly proof: () => Omit<Extract<Event, { readonly kind: 'tick' }>, 'kind' | 'atSeconds'>
  readonly drain: () => void
  readonly resume: () => void
  /** Resolves when the engine has ended. */
  readonly stopEngine: () => Promise<void>
}

export interface GroupMemberOptions {
  readonly membership: Membership
  readonly calls: GroupCalls
  readonly sensor: GroupSensor
  readonly clock: Clock
  readonly log: (entry: Entry) => void
}

export interface GroupMember {
  readonly status: () => GroupStatus
  /** Follows Auto Scaling until the signal is aborted. Never rejects. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

/** The metadata service is on the machine, and an early look saves the flows that come meanwhile. */
const lookSeconds = 2
type Asked = Effect['kind'] | 'target-state'

/** Carries out what `next` decides, and tells it what became of it. Nothing here waits for AWS but the call itself. */
export function createGroupMember({ membership, calls, sensor, clock, log }: GroupMemberOptions): GroupMember {
  let state: State = initial
  const faults = new Map<Asked, string>()

  /** Said when it begins and when it ends: a call that fails for an hour is no line a second. */
  const note = (asked: Asked, fault: string | null): void => {
    const before = faults.has(asked)
    if (fault === null) faults.delete(asked)
    else faults.set(asked, fault)
    if (before === (fault !== null)) return
    if (fault !== null) log({ level: 'warn', message: fault, fields: { asked } })
    else log({ level: 'info', message: `${asked} is answered again`, fields: {} })
  }

  const tell = (event: Event): void => {
    const before = state
    const step = next(state, event, membership)
    state = step.state
    if (before.phase !== state.phase || before.target !== state.target) log(toEntry(before, state))
    for (const effect of step.effects) void carryOut(effect).catch((error: unknown) => note(effect.kind, String(error)))
  }

  const askHook = async (effect: Extract<Effect, { readonly hook: Hook }>): Promise<void> => {
    const { kind: call, passage, hook } = effect
    const outcome = await calls[call](hook)
    note(call, 'fault' in outcome ? outcome.fault : null)
    tell({ atSeconds: clock.nowSeconds(), passage, kind: outcome.kind, call })
  }

  const askHealth = async (passage: number): Promise<void> => {
    const outcome = await calls.isRegistered()
    note('target-health', 'fault' in outcome ? outcome.fault : null)
    const answer = { atSeconds: clock.nowSeconds(), passage, call: 'target-health' } as const
    if (outcome.kind === 'answered') tell({ ...answer, kind: 'answered', registered: outcome.value })
    else tell({ ...answer, kind: outcome.kind })
  }

  const stopEngine = async (): Promise<void> => {
    await sensor.stopEngine().catch((error: unknown) => note('stop-engine', String(error)))
    tell({ kind: 'engine-stopped', atSeconds: clock.nowSeconds() })
  }

  const carryOut = async (effect: Effect): Promise<void> => {
    switch (effect.kind) {
      case 'drain':
        return sensor.drain()
      case 'resume':
        return sensor.resume()
      case 'stop-engine':
        return stopEngine()
      case 'target-health':
        return askHealth(effect.passage)
      case 'complete':
      case 'heartbeat':
        return askHook(effect)
    }
  }

  const look = async (): Promise<void> => {
    const answer = await calls.targetState()
    note('target-state', answer.ok ? null : answer.fault)
    if (answer.ok) tell({ kind: 'target', atSeconds: clock.nowSeconds(), target: answer.value })
  }
  const tick = async (): Promise<void> => tell({ kind: 'tick', atSeconds: clock.nowSeconds(), ...sensor.proof() })

  return {
    status: () => ({
      phase: state.phase,
      target: state.target,
      phaseSeconds: clock.nowSeconds() - state.sinceSeconds,
      faults: [...faults].map(([asked, fault]) => ({ asked, fault })),
    }),
    run: async (signal) => {
      await Promise.all([everyTick(clock, lookSeconds, signal, look), everyTick(clock, 1, signal, tick)])
    },
  }
}

const toEntry = (before: State, { phase, target }: State): Entry => ({
  level: 'info',
  message:
    before.phase === phase ? `Auto Scaling takes this sensor to ${target}` : `in its group this sensor is ${phase}`,
  fields: { phase, target },
})
