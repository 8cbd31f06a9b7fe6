/** Where the engine is in its life. */
export type State = Idle | Alive

interface Common {
  /** When this phase began. */
  readonly sinceSeconds: number
  /** The engine should be up; false leads to `stopped` from every phase. */
  readonly wanted: boolean
  /** Faults in a row; a stable minute clears them. */
  readonly failures: number
  /** How often an engine has ended, or was ended as faulty, without having been asked to; a start that failed counts. Never falls. */
  readonly restarts: number
  /** Number of the last test or spawn, so that a late answer is not taken for the answer to a new question. */
  readonly turn: number
}
/** No process: `waiting` for the back-off, `spawning` between the decision and the process. */
export interface Idle extends Common {
  readonly phase: 'stopped' | 'testing' | 'waiting' | 'spawning'
  /** Back-off of `waiting`; 0 otherwise. */
  readonly delaySeconds: number
}
export interface Alive extends Common {
  readonly phase: 'starting' | 'running' | 'terminating' | 'killing'
  readonly pid: number
  /** Started by an earlier agent. */
  readonly adopted: boolean
}
export type Phase = State['phase']

export type Event = { readonly atSeconds: number } & (
  | { readonly kind: 'start' | 'stop' | 'wedged' | 'tick' }
  | { readonly kind: 'adopt'; readonly pid: number /** It has been up before. */; readonly proven: boolean }
  | { readonly kind: 'test-passed' | 'test-failed' | 'spawn-failed'; readonly turn: number }
  | { readonly kind: 'spawned'; readonly turn: number; readonly pid: number }
  | { readonly kind: 'ready' | 'exited' | 'replace'; readonly pid: number }
)

export type Effect =
  | { readonly kind: 'test' | 'cancel-test' | 'spawn'; readonly turn: number }
  | { readonly kind: 'signal'; readonly pid: number; readonly signal: 'SIGTERM' | 'SIGKILL' }

export interface Step {
  readonly state: State
  readonly effects: readonly Effect[]
}

export const initial: State = {
  phase: 'stopped',
  sinceSeconds: 0,
  wanted: false,
  failures: 0,
  restarts: 0,
  turn: 0,
  delaySeconds: 0,
}
