import type { ChildProcess } from 'node:child_process'
import type { Entry } from '../journal.ts'
import type { Clock } from '../read/clock.ts'
import { readLandlocked, readLastWords } from './engine-output.ts'
import { sendSignal, spawnEngine } from './engine-process.ts'
import { next } from './lifecycle.ts'
import { type Effect, type Event, initial, type State } from './lifecycle-state.ts'
import { EngineRecord } from './process-record.ts'
import { isAlive, type ProcessIdentity, readIdentity } from './process-table.ts'
import type { Rules } from './rules.ts'
import type { StatePaths } from './suricata-settings.ts'
import type { VxlanDevices } from './vxlan-devices.ts'
import { sendWholeFile } from './whole-file.ts'

export interface RunnerOptions {
  readonly binary: string
  readonly paths: StatePaths
  readonly yaml: string
  readonly rules: Pick<Rules, 'prepare' | 'distrust'>
  /** The engine captures on them, so they are made before it starts. */
  readonly devices: Pick<VxlanDevices, 'ensure'>
  readonly clock: Pick<Clock, 'nowSeconds'>
  /** The command socket answers and the workers run. Must settle within a deadline of its own. */
  readonly probe: () => Promise<boolean>
  readonly log: (entry: Entry) => void
  readonly onState: (state: State) => void
}

interface Engine {
  readonly pid: number
  /** null once it has ended. */
  readonly identity: Promise<ProcessIdentity | null>
  /** The rules that it has loaded; null when unknown. */
  rulesFingerprint: string | null
  /** It has been ready once. */
  ready: boolean
  /** null until it has been. */
  landlocked: boolean | null
}

/** Turns the life cycle's effects into system calls, and what becomes of them into its events. */
export class EngineRunner {
  readonly #options: RunnerOptions
  readonly #recorded: EngineRecord
  #state: State = initial
  #engine: Engine | null = null
  #preparedRules: string | null = null
  #trial = new AbortController()
  #probing: number | null = null
  #ticking: Promise<void> | null = null
  #left = false

  constructor(options: RunnerOptions) {
    this.#options = options
    this.#recorded = new EngineRecord(options.paths.record)
  }

  state(): State {
    return this.#state
  }

  tell(kind: 'start' | 'stop' | 'wedged'): void {
    this.#dispatch({ kind, ...this.#now() })
  }

  /** Takes over a running engine; `proven` when it has been up before. */
  async adopt(identity: ProcessIdentity, rulesFingerprint: string | null, proven: boolean): Promise<void> {
    const { pid } = identity
    const engine = { pid, identity: Promise.resolve(identity), rulesFingerprint, ready: proven, landlocked: null }
    this.#engine = engine
    await (proven ? this.#proved(engine) : this.#record(engine))
    this.#dispatch({ kind: 'adopt', pid, proven, ...this.#now() })
  }

  /** Today's settings have passed, and this engine runs with others. */
  replace(pid: number): void {
    this.#dispatch({ kind: 'replace', pid, ...this.#now() })
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

  /** null while no engine has been ready. */
  landlocked(): boolean | null {
    return this.#engine?.landlocked ?? null
  }

  async setLoadedRules(fingerprint: string): Promise<void> {
    if (this.#engine === null) return
    this.#engine.rulesFingerprint = fingerprint
    await this.#record(this.#engine)
  }

  /** The end of an engine that is to end anyway. */
  kill(): void {
    if (this.#engine !== null) void this.#signal(this.#engine.pid, 'SIGKILL')
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
    else if (effect.kind === 'spawn') void this.#spawn(effect.turn)
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

  async #spawn(turn: number): Promise<void> {
    const failed = (error: unknown) => {
      this.#warn('the engine could not be started', { error: String(error) })
      this.#dispatch({ kind: 'spawn-failed', turn, ...this.#now() })
    }
    try {
      await this.#options.devices.ensure()
      // The last engine has ended, and nothing else writes it: suricata.yaml is what the running engine was started with.
      await sendWholeFile(this.#options.paths.yaml, this.#options.yaml)
      if (this.#left) return
      const child = spawnEngine(this.#options.binary, this.#options.paths)
      child.once('error', failed)
      if (child.pid !== undefined) this.#spawned(turn, child.pid, child)
    } catch (error) {
      failed(error)
    }
  }

  #spawned(turn: number, pid: number, child: ChildProcess): void {
    this.#engine = {
      pid,
      identity: readIdentity(pid),
      rulesFingerprint: this.#preparedRules,
      ready: false,
      landlocked: null,
    }
    void this.#record(this.#engine)
    child.once('exit', (code, signal) => void this.#ended(pid, code === null ? `signal ${signal}` : `code ${code}`))
    this.#dispatch({ kind: 'spawned', turn, pid, ...this.#now() })
  }

  /** Without a record the next agent still finds the engine in the process table. */
  async #record(engine: Engine): Promise<void> {
    const read = async () => {
      const found = engine === this.#engine ? await engine.identity : null
      if (found === null) return null
      const { pid, startTicks, bootId } = found
      return { pid, startTicks, bootId, rulesFingerprint: engine.rulesFingerprint, ready: engine.ready }
    }
    await this.#recorded.send(read).catch((error: unknown) => this.#warn('no record', { error: String(error) }))
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
    await this.#recorded.remove()
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
    if (!ready || this.#engine?.pid !== pid) return
    await this.#proved(this.#engine)
    this.#dispatch({ kind: 'ready', pid, ...this.#now() })
  }

  async #proved(engine: Engine): Promise<void> {
    engine.ready = true
    engine.landlocked = await readLandlocked(this.#options.paths.output)
    if (!engine.landlocked)
      this.#warn('the engine runs without Landlock: this kernel has none, or it is off (lsm= at boot)', {})
    await this.#record(engine)
  }

  #now(): { readonly atSeconds: number } {
    return { atSeconds: this.#options.clock.nowSeconds() }
  }

  #warn(message: string, fields: Entry['fields']): void {
    this.#options.log({ level: 'warn', message, fields })
  }
}
