import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Entry } from '../journal.ts'
import { toPrintable } from '../printable.ts'
import type { Clock } from '../read/clock.ts'
import { sendSignal, spawnEngine } from './engine-process.ts'
import { next } from './lifecycle.ts'
import { type Effect, type Event, initial, type State } from './lifecycle-state.ts'
import { removeRecord, sendRecord } from './process-record.ts'
import { isAlive, type ProcessIdentity, readIdentity } from './process-table.ts'
import type { Rules } from './rules.ts'
import type { StatePaths } from './suricata-settings.ts'

export interface RunnerOptions {
  readonly binary: string
  readonly paths: StatePaths
  readonly yaml: string
  readonly rules: Pick<Rules, 'prepare' | 'distrust'>
  readonly clock: Pick<Clock, 'nowSeconds'>
  readonly today: () => Date
  /** The command socket answers and the workers run. Must settle within a deadline of its own. */
  readonly probe: () => Promise<boolean>
  readonly log: (entry: Entry) => void
  readonly onState: (state: State) => void
}

interface Engine {
  readonly pid: number
  /** null once it has ended. */
  readonly identity: Promise<ProcessIdentity | null>
  readonly startedAt: string
  /** The rules that it has loaded; null when unknown. */
  rulesFingerprint: string | null
}

export const toConfigHash = (yaml: string): string => createHash('sha256').update(yaml).digest('hex')

/** Turns the life cycle's effects into system calls, and what becomes of them into its events. */
export class EngineRunner {
  readonly #options: RunnerOptions
  #state: State = initial
  #engine: Engine | null = null
  #preparedRules: string | null = null
  #trial = new AbortController()
  #probing: number | null = null
  #ticking: Promise<void> | null = null
  #left = false

  constructor(options: RunnerOptions) {
    this.#options = options
  }

  state(): State {
    return this.#state
  }

  tell(kind: 'start' | 'stop' | 'wedged'): void {
    this.#dispatch({ kind, ...this.#now() })
  }

  /** Takes over a running engine; `current` when its configuration is today's. */
  async adopt(identity: ProcessIdentity, rulesFingerprint: string | null, current: boolean): Promise<void> {
    const { pid } = identity
    const startedAt = this.#options.today().toISOString()
    this.#engine = { pid, identity: Promise.resolve(identity), startedAt, rulesFingerprint }
    if (current) await this.#record(this.#engine)
    this.#dispatch({ kind: 'adopt', pid, current, ...this.#now() })
  }

  /** Moves time on: deadlines, the probe of a starting engine, the end of an adopted one. */
  tick(): Promise<void> {
    this.#ticking ??= this.#tick().finally(() => {
      this.#ticking = null
    })
    return this.#ticking
  }

  loadedRules(): string | null {
    return this.#engine?.rulesFingerprint ?? null
  }

  async setLoadedRules(fingerprint: string): Promise<void> {
    if (this.#engine === null) return
    this.#engine.rulesFingerprint = fingerprint
    await this.#record(this.#engine)
  }

  /** From now on nothing is done to the engine, whatever is still under way. */
  leave(): void {
    this.#left = true
    this.#trial.abort()
  }

  #dispatch(event: Event): void {
    if (this.#left) return
    const before = this.#state.phase
    const step = next(this.#state, event)
    this.#state = step.state
    if (before !== step.state.phase) this.#options.onState(step.state)
    for (const effect of step.effects) this.#perform(effect)
  }

  #perform(effect: Effect): void {
    if (effect.kind === 'signal') void this.#signal(effect.pid, effect.signal)
    else if (effect.kind === 'test') void this.#test(effect.turn)
    else if (effect.kind === 'spawn') this.#spawn(effect.turn)
    else this.#trial.abort()
  }

  async #test(turn: number): Promise<void> {
    const trial = new AbortController()
    this.#trial = trial
    try {
      const prepared = await this.#options.rules.prepare(trial.signal)
      this.#preparedRules = prepared.ok ? prepared.fingerprint : null
      if (!prepared.ok) this.#warn('suricata -T refuses the configuration', { faults: prepared.faults.slice(0, 20) })
      this.#dispatch({ kind: prepared.ok ? 'test-passed' : 'test-failed', turn, ...this.#now() })
    } catch (error) {
      if (!trial.signal.aborted) this.#warn('suricata -T could not be run', { error: String(error) })
      this.#dispatch({ kind: 'test-failed', turn, ...this.#now() })
    }
  }

  #spawn(turn: number): void {
    const failed = (error: unknown) => {
      this.#warn('the engine could not be started', { error: String(error) })
      this.#dispatch({ kind: 'spawn-failed', turn, ...this.#now() })
    }
    try {
      const child = spawnEngine(this.#options.binary, this.#options.paths, this.#options.yaml)
      child.once('error', failed)
      if (child.pid !== undefined) this.#spawned(turn, child.pid, child)
    } catch (error) {
      failed(error)
    }
  }

  #spawned(turn: number, pid: number, child: ChildProcess): void {
    const startedAt = this.#options.today().toISOString()
    this.#engine = { pid, identity: readIdentity(pid), startedAt, rulesFingerprint: this.#preparedRules }
    void this.#record(this.#engine)
    child.once('exit', (code, signal) => void this.#ended(pid, code === null ? `signal ${signal}` : `code ${code}`))
    this.#dispatch({ kind: 'spawned', turn, pid, ...this.#now() })
  }

  async #record({ identity, startedAt, rulesFingerprint }: Engine): Promise<void> {
    const { paths, yaml } = this.#options
    const found = await identity
    if (found === null) return
    const record = { ...found, configHash: toConfigHash(yaml), rulesFingerprint, startedAt }
    // Without it the next agent still finds the engine in the process table.
    await sendRecord(paths.record, record).catch((error: unknown) => this.#warn('no record', { error: String(error) }))
  }

  async #signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const identity = this.#engine?.pid === pid ? await this.#engine.identity : null
    if (identity === null) return
    await sendSignal(identity, name).catch((error: unknown) => this.#warn(`${name} failed`, { error: String(error) }))
  }

  async #ended(pid: number, how: string): Promise<void> {
    if (this.#engine?.pid !== pid) return
    this.#engine = null
    const { phase } = this.#state
    if (phase === 'starting') this.#options.rules.distrust()
    const asked = phase === 'terminating' || phase === 'killing'
    const lastWords = asked ? '' : await readLastWords(this.#options.paths.output)
    this.#options.log({ level: asked ? 'info' : 'warn', message: 'engine has ended', fields: { pid, how, lastWords } })
    await removeRecord(this.#options.paths.record)
    this.#dispatch({ kind: 'exited', pid, ...this.#now() })
  }

  async #tick(): Promise<void> {
    this.#dispatch({ kind: 'tick', ...this.#now() })
    const engine = this.#engine
    if (engine === null || !('pid' in this.#state)) return
    const { adopted, phase } = this.#state
    const identity = await engine.identity
    // The kernel tells the end of a child; an adopted engine is no child.
    if (adopted && (identity === null || !(await isAlive(identity)))) await this.#ended(engine.pid, 'unseen')
    else if (phase === 'starting') void this.#probe(engine.pid)
  }

  /** One that hangs holds up its own engine only. */
  async #probe(pid: number): Promise<void> {
    if (this.#probing === pid) return
    this.#probing = pid
    const ready = await this.#options.probe().catch(() => false)
    if (this.#probing === pid) this.#probing = null
    if (ready) this.#dispatch({ kind: 'ready', pid, ...this.#now() })
  }

  #now(): { readonly atSeconds: number } {
    return { atSeconds: this.#options.clock.nowSeconds() }
  }

  #warn(message: string, fields: Entry['fields']): void {
    this.#options.log({ level: 'warn', message, fields })
  }
}

const shownWords = 600

/** The end of what the engine printed: its errors, for the reason why it ended. */
async function readLastWords(path: string): Promise<string> {
  const text = await readFile(path, 'latin1').catch(() => '')
  return toPrintable(text.trim().slice(-shownWords), shownWords)
}
