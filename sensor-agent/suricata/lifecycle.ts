import type { Alive, Effect, Event, Idle, State, Step } from './lifecycle-state.ts'

export const deadlines = {
  /** `suricata -T` and the start both load all rules: 24,103 of them took 121 s on a small machine. */
  testSeconds: 300,
  startSeconds: 300,
  /** The engine writes out its flows before it exits. */
  terminateSeconds: 10,
  /** A process in uninterruptible sleep outlives SIGKILL; it is sent again. */
  killSeconds: 10,
  stableSeconds: 60,
  longestBackoffSeconds: 60,
} as const

/** 1, 2, 4 … 60 seconds. */
export const backoffSeconds = (failures: number): number => Math.min(2 ** failures, deadlines.longestBackoffSeconds)

/**
 * The engine's life. Time comes with the event; what to do comes back as effects, and the runner reports what became of
 * them as further events. At most one process of the engine exists at any time: a new one is spawned only after the exit
 * of the last one has been seen. An event that a phase does not expect changes nothing.
 */
export function next(state: State, event: Event): Step {
  const at = event.atSeconds
  switch (event.kind) {
    case 'start':
      return onStart(state, at)
    case 'adopt':
      return state.phase === 'stopped' ? onAdopt(state, event.pid, event.proven, at) : stay(state)
    case 'test-passed':
      return state.phase === 'testing' && state.turn === event.turn ? toSpawning(state, at) : stay(state)
    case 'test-failed':
      return state.phase === 'testing' && state.turn === event.turn ? toWaiting(state, at) : stay(state)
    case 'spawned':
      return state.phase === 'spawning' && state.turn === event.turn ? onSpawned(state, event.pid, at) : stay(state)
    case 'spawn-failed':
      return state.phase === 'spawning' && state.turn === event.turn ? afterExit(state, at) : stay(state)
    case 'ready':
      return state.phase === 'starting' && state.pid === event.pid ? toPhase(state, 'running', at) : stay(state)
    case 'exited':
      return 'pid' in state && state.pid === event.pid ? onExited(state, at) : stay(state)
    case 'wedged':
      return state.phase === 'running' ? toTerminating(asFault(state, at), at) : stay(state)
    case 'replace':
      return isUp(state) && state.pid === event.pid ? toTerminating(state, at) : stay(state)
    case 'stop':
      return onStop(state, at)
    case 'tick':
      return onTick(state, at)
  }
}

const stay = (state: State, ...effects: readonly Effect[]): Step => ({ state, effects })

const toPhase = (state: Alive, phase: Alive['phase'], at: number, ...effects: readonly Effect[]): Step =>
  stay({ ...state, phase, sinceSeconds: at }, ...effects)

const toIdle = (state: State, phase: Idle['phase'], at: number): Idle => ({
  phase,
  sinceSeconds: at,
  wanted: state.wanted,
  failures: state.failures,
  restarts: state.restarts,
  turn: state.turn,
  delaySeconds: 0,
})

function toTesting(state: State, at: number): Step {
  const turn = state.turn + 1
  return stay({ ...toIdle(state, 'testing', at), turn }, { kind: 'test', turn })
}

function toSpawning(state: State, at: number): Step {
  const turn = state.turn + 1
  return stay({ ...toIdle(state, 'spawning', at), turn }, { kind: 'spawn', turn })
}

const toWaiting = (state: State, at: number): Step =>
  stay({
    ...toIdle(state, 'waiting', at),
    delaySeconds: backoffSeconds(state.failures),
    failures: state.failures + 1,
  })

const toTerminating = (state: Alive, at: number): Step =>
  toPhase(state, 'terminating', at, { kind: 'signal', pid: state.pid, signal: 'SIGTERM' })

const toKilling = (state: Alive, at: number): Step =>
  toPhase(state, 'killing', at, { kind: 'signal', pid: state.pid, signal: 'SIGKILL' })

/** Counts an end that nobody asked for; a stable minute before it clears the earlier ones. */
function asFault(state: Alive, at: number): Alive {
  const stable = state.phase === 'running' && at - state.sinceSeconds >= deadlines.stableSeconds
  return { ...state, restarts: state.restarts + 1, failures: stable ? 0 : state.failures }
}

const onStart = (state: State, at: number): Step =>
  state.phase === 'stopped' ? toTesting({ ...state, wanted: true, failures: 0 }, at) : stay({ ...state, wanted: true })

/** One that has been up runs: if it does nothing now it is wedged, and not given the time of a start. */
function onAdopt(state: State, pid: number, proven: boolean, at: number): Step {
  const { sinceSeconds: _, delaySeconds: __, ...common } = toIdle(state, 'stopped', at)
  return stay({ ...common, phase: proven ? 'running' : 'starting', sinceSeconds: at, wanted: true, pid, adopted: true })
}

function onSpawned(state: State, pid: number, at: number): Step {
  const { wanted, failures, restarts, turn } = state
  const alive: Alive = { phase: 'starting', sinceSeconds: at, wanted, failures, restarts, turn, pid, adopted: false }
  return wanted ? stay(alive) : toTerminating(alive, at)
}

const isUp = (state: State): state is Alive => state.phase === 'starting' || state.phase === 'running'

const onExited = (state: Alive, at: number): Step => afterExit(isUp(state) ? asFault(state, at) : state, at)

const afterExit = (state: State, at: number): Step =>
  state.wanted ? toWaiting(state, at) : stay(toIdle(state, 'stopped', at))

function onStop(state: State, at: number): Step {
  const unwanted = { ...state, wanted: false }
  switch (unwanted.phase) {
    case 'testing':
      return stay(toIdle(unwanted, 'stopped', at), { kind: 'cancel-test', turn: state.turn })
    case 'waiting':
      return stay(toIdle(unwanted, 'stopped', at))
    case 'starting':
    case 'running':
      return toTerminating(unwanted, at)
    case 'stopped':
    case 'spawning':
    case 'terminating':
    case 'killing':
      return stay(unwanted)
  }
}

function onTick(state: State, at: number): Step {
  const elapsed = at - state.sinceSeconds
  switch (state.phase) {
    case 'testing': {
      const late = elapsed >= deadlines.testSeconds
      const { state: waiting } = toWaiting(state, at)
      return late ? stay(waiting, { kind: 'cancel-test', turn: state.turn }) : stay(state)
    }
    case 'waiting':
      return elapsed >= state.delaySeconds ? toTesting(state, at) : stay(state)
    case 'starting':
      return elapsed >= deadlines.startSeconds ? toTerminating(asFault(state, at), at) : stay(state)
    case 'terminating':
      return elapsed >= deadlines.terminateSeconds ? toKilling(state, at) : stay(state)
    case 'killing':
      return elapsed >= deadlines.killSeconds ? toKilling(state, at) : stay(state)
    case 'stopped':
    case 'spawning':
    case 'running':
      return stay(state)
  }
}
