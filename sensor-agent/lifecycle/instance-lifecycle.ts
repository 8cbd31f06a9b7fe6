import type { Call, CallName, Effect, Event, Hook, Membership, Phase, State, Step } from './instance-state.ts'
import { onTarget, toPhase } from './target-change.ts'

export const deadlines = {
  /** Test and start of the engine with a full ruleset (suricata/lifecycle.ts), and time to prove itself. */
  provingSeconds: 660,
  /** The longest deregistration delay is 3600 s (aws.md 2.4, 3.4). */
  drainingSeconds: 3900,
  /** Without a load balancer nothing takes the traffic away: mirrored packets come until the interface is gone. */
  drainingAloneSeconds: 60,
  /** What still comes so long after the load balancer has let go is not its to stop. */
  strayTrafficSeconds: 300,
  /** The engine's own deadlines (suricata/supervisor.ts), and some more. */
  stoppingSeconds: 60,
  /** `Terminating:Wait` comes only when Auto Scaling has seen the end of the drain. */
  completingSeconds: 900,
} as const

export const intervals = {
  /** A quarter of the shortest heartbeat timeout that infra gives a hook, 120 s. */
  heartbeatSeconds: 30,
  targetHealthSeconds: 10,
  /** Between attempts to complete a hook that does not wait yet. */
  completeSeconds: 10,
  longestBackoffSeconds: 60,
} as const

export const quiet = {
  /** No mirrored packet for so long is the end of the traffic, once the load balancer has let go. */
  letGoSeconds: 10,
  /** Or without its word: a UDP flow that was idle for 120 s is forgotten (aws.md 2.2, 3.4). */
  unknownSeconds: 150,
  /** A launch hook that Auto Scaling does not know after so long was completed by an earlier agent, or is not there. */
  noHookSeconds: 120,
  /** After a completion that may have arrived: a single "none waits" may also say that the hook does not wait yet. */
  doneSeconds: 30,
} as const

type Tick = Extract<Event, { readonly kind: 'tick' }>

/**
 * The life of an instance in its Auto Scaling group. Time comes with the event; what to do comes back as effects. Every
 * call is answered by one more event; an answer to what was not asked, or was asked in an earlier passage, changes nothing.
 */
export function next(state: State, event: Event, membership: Membership): Step {
  const at = event.atSeconds
  switch (event.kind) {
    case 'target':
      return onTarget(state, event.target, at)
    case 'tick':
      return onTick(state, event, membership)
    case 'engine-stopped':
      return stay(state.phase === 'stopping' ? toPhase(state, 'completing', at) : state)
    default:
      return stay(event.passage === state.passage && state.calls[event.call].asked ? onAnswer(state, event) : state)
  }
}

const stay = (state: State, ...effects: readonly Effect[]): Step => ({ state, effects })

function onAnswer(state: State, event: Exclude<Event, { readonly kind: 'tick' | 'target' | 'engine-stopped' }>): State {
  const at = event.atSeconds
  switch (event.kind) {
    case 'answered':
      if (event.call !== 'target-health')
        return event.call === 'complete'
          ? afterHook(state, at)
          : again(state, 'heartbeat', at + intervals.heartbeatSeconds)
      return {
        ...again(state, 'target-health', at + intervals.targetHealthSeconds),
        outSeconds: event.registered ? null : (state.outSeconds ?? at),
      }
    case 'none-active':
      return event.call === 'complete'
        ? onNoneActive(state, at)
        : again(state, event.call, at + intervals.heartbeatSeconds)
    case 'unanswered':
      return { ...retry(state, event.call, at), uncertain: state.uncertain || event.call === 'complete' }
    case 'failed':
      return retry(state, event.call, at)
  }
}

/**
 * "Not yet" and "done" sound alike, and to complete again is harmless: only "none waits" that lasts is taken for "done".
 * Before a termination nothing is, for the hook may begin to wait at any time until the deadline.
 */
function onNoneActive(state: State, at: number): State {
  const noneActiveSeconds = state.noneActiveSeconds ?? at
  const lastedSeconds = at - noneActiveSeconds
  const isDone =
    state.phase === 'proving'
      ? lastedSeconds >= (state.uncertain ? quiet.doneSeconds : quiet.noHookSeconds)
      : state.returns && state.uncertain && lastedSeconds >= quiet.doneSeconds
  return isDone
    ? afterHook(state, at)
    : { ...again(state, 'complete', at + intervals.completeSeconds), noneActiveSeconds }
}

/** The hook of this passage is completed, or was never there. */
function afterHook(state: State, at: number): State {
  if (state.phase === 'proving') return toPhase(state, state.target?.startsWith('Warmed:') ? 'pooled' : 'serving', at)
  if (state.phase !== 'completing') return state
  return { ...toPhase(state, state.returns ? 'pooled' : 'ended', at), returns: false }
}

const withCall = (state: State, name: CallName, call: Call): State => ({
  ...state,
  calls: { ...state.calls, [name]: call },
})
const again = (state: State, name: CallName, dueSeconds: number): State =>
  withCall(state, name, { asked: false, dueSeconds, failures: 0 })

/** 2, 4, 8 … 60 seconds; a heartbeat never later than one that arrived, for the hook runs out meanwhile. */
function retry(state: State, name: CallName, at: number): State {
  const failures = state.calls[name].failures + 1
  const mostSeconds = name === 'heartbeat' ? intervals.heartbeatSeconds : intervals.longestBackoffSeconds
  const delaySeconds = Math.min(2 ** failures, mostSeconds)
  return withCall(state, name, { asked: false, dueSeconds: at + delaySeconds, failures })
}

/** What a phase does with time: where it goes on to, else which calls are due. */
const ticks: Readonly<Partial<Record<Phase, (state: State, tick: Tick, membership: Membership) => Step>>> = {
  proving: (state, tick, { hooks }) => {
    if (tick.ready && !hooks.launch) return stay(afterHook(state, tick.atSeconds))
    // One that is ready needs time only while its completion fails. One that is broken, or late, gets none: its hook runs
    // out, and Auto Scaling replaces it.
    const needsTime = tick.ready ? state.calls.complete.failures > 0 : tick.starting
    const isGiven = hooks.launch && needsTime && !isOver(state, tick, deadlines.provingSeconds)
    const beaten = isGiven ? ask(state, 'heartbeat', 'launch', tick) : stay(state)
    return tick.ready ? and(beaten, ask(beaten.state, 'complete', 'launch', tick)) : beaten
  },
  draining: (state, tick, membership) => {
    if (isDrained(state, tick, membership)) return afterDrain(state, tick.atSeconds)
    const beaten = membership.hooks.terminate ? ask(state, 'heartbeat', 'terminate', tick) : stay(state)
    return membership.targetGroup ? and(beaten, askHealth(beaten.state, tick)) : beaten
  },
  stopping: (state, tick, { hooks }) => {
    if (isOver(state, tick, deadlines.stoppingSeconds)) return stay(toPhase(state, 'completing', tick.atSeconds))
    return hooks.terminate ? ask(state, 'heartbeat', 'terminate', tick) : stay(state)
  },
  completing: (state, tick, { hooks }) => {
    if (!hooks.terminate || isOver(state, tick, deadlines.completingSeconds))
      return stay(afterHook(state, tick.atSeconds))
    return ask(state, 'complete', 'terminate', tick)
  },
}

const onTick = (state: State, tick: Tick, membership: Membership): Step =>
  ticks[state.phase]?.(state, tick, membership) ?? stay(state)

const and = (first: Step, second: Step): Step => ({
  state: second.state,
  effects: [...first.effects, ...second.effects],
})

const isOver = ({ sinceSeconds }: State, { atSeconds }: Tick, seconds: number): boolean =>
  atSeconds - sinceSeconds >= seconds

/** Nothing more is sent here and nothing more comes, or it is too late to wait for it. */
function isDrained(state: State, tick: Tick, { targetGroup }: Membership): boolean {
  if (isOver(state, tick, targetGroup ? deadlines.drainingSeconds : deadlines.drainingAloneSeconds)) return true
  // Silence from before the drain does not count: the load balancer may be about to send.
  const silentSeconds = Math.min(tick.silentSeconds ?? 0, tick.atSeconds - state.sinceSeconds)
  const { outSeconds } = state
  if (!targetGroup) return silentSeconds >= quiet.letGoSeconds
  if (outSeconds !== null && tick.atSeconds - outSeconds >= deadlines.strayTrafficSeconds) return true
  const isUnknown = state.calls['target-health'].failures > 0
  return silentSeconds >= (outSeconds !== null ? quiet.letGoSeconds : isUnknown ? quiet.unknownSeconds : Infinity)
}

/** For the warm pool the engine stays: the instance is stopped like every machine, hibernated, or runs on. */
const afterDrain = (state: State, at: number): Step =>
  state.returns ? stay(toPhase(state, 'completing', at)) : stay(toPhase(state, 'stopping', at), { kind: 'stop-engine' })

function ask(state: State, kind: 'complete' | 'heartbeat', hook: Hook, { atSeconds }: Tick): Step {
  const call = state.calls[kind]
  if (call.asked || atSeconds < call.dueSeconds) return stay(state)
  return stay(withCall(state, kind, { ...call, asked: true }), { kind, passage: state.passage, hook })
}

function askHealth(state: State, { atSeconds }: Tick): Step {
  const call = state.calls['target-health']
  if (call.asked || atSeconds < call.dueSeconds) return stay(state)
  const { passage } = state
  return stay(withCall(state, 'target-health', { ...call, asked: true }), { kind: 'target-health', passage })
}
