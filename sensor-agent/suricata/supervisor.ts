import { mkdir, readFile } from 'node:fs/promises'
import type { Environment } from '../config.ts'
import { toSentence } from '../faults.ts'
import type { Entry } from '../journal.ts'
import type { Clock } from '../read/clock.ts'
import type { SuricataSocket } from '../read/suricata-socket.ts'
import { type AgentLock, acquireAgentLock } from './agent-lock.ts'
import { sendSignal } from './engine-process.ts'
import { EngineRunner, toConfigHash } from './engine-runner.ts'
import { deadlines } from './lifecycle.ts'
import type { Phase } from './lifecycle-state.ts'
import { ProcessRecord, readRecord } from './process-record.ts'
import { findEngines, isAlive } from './process-table.ts'
import { Rules } from './rules.ts'
import type { RulesRejection } from './rules-rejection.ts'
import { reloadEngineRules } from './rules-reload.ts'
import { readActive } from './ruleset.ts'
import { type StatePaths, toStatePaths, toSuricataSettings } from './suricata-settings.ts'
import { toSuricataYaml } from './suricata-yaml.ts'

export interface SupervisorOptions {
  readonly settings: Environment
  readonly clock: Clock
  readonly today: () => Date
  /** The command socket answers and the workers run. Must settle within a deadline of its own. */
  readonly probe: () => Promise<boolean>
  readonly ask: SuricataSocket['ask']
  readonly log: (entry: Entry) => void
  /** Told of every change of phase. */
  readonly onState?: (state: SupervisorState) => void
}

export interface SupervisorState {
  readonly phase: Phase
  readonly pid: number | null
  /** Seconds on the clock at which this phase began. */
  readonly sinceSeconds: number
  readonly restarts: number
  /** The engine in hand was started by an earlier agent. */
  readonly adopted: boolean
  readonly adoptions: number
  readonly rejection: RulesRejection | null
}

export interface Supervisor {
  state(): SupervisorState
  /** It lives and does nothing: replace it. */
  wedged(): void
  /** Looks at the rule folders; what is new and passes is in force when this resolves. */
  reloadRules(): Promise<RulesOutcome>
  /** To be called about once a second. */
  tick(): Promise<void>
  /** Ends the engine, however it takes it, and gives up the sensor. */
  stop(): Promise<void>
  /** Gives up the sensor and leaves the engine capturing, for the next agent to adopt. */
  leave(): Promise<void>
}

/** `pending`: no engine has them loaded yet; the next one, or the next call, does. */
export type RulesOutcome =
  | { readonly kind: 'unchanged' | 'reloaded' }
  | { readonly kind: 'refused'; readonly rejection: RulesRejection }
  | { readonly kind: 'pending'; readonly fault: string }

/** Takes hold of the sensor's engine: the one that runs, or a new one. Rejects when another agent holds it. */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { settings } = options
  const paths = toStatePaths(settings.SENSOR_STATE_DIR)
  for (const folder of [settings.SENSOR_LOG_DIR, paths.rules]) await mkdir(folder, { recursive: true, mode: 0o750 })
  const lock = await acquireAgentLock(settings.SENSOR_STATE_DIR, paths.owner)
  try {
    return await holdEngine(options, paths, lock)
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function holdEngine(options: SupervisorOptions, paths: StatePaths, lock: AgentLock): Promise<Supervisor> {
  const { settings, clock, log } = options
  const binary = settings.SENSOR_SURICATA_BINARY
  const suricata = toSuricataSettings(settings)
  const yaml = toSuricataYaml(suricata)
  const folders = settings.SENSOR_RULES_DIRS.split(':').filter((folder) => folder !== '')
  const rules = new Rules({ settings: suricata, paths, binary, folders })
  let adoptions = 0
  const toState = (): SupervisorState => ({ ...toEngineState(runner), adoptions, rejection: rules.rejection() })
  const runner = new EngineRunner({
    ...options,
    binary,
    paths,
    yaml,
    rules,
    onState: () => options.onState?.(toState()),
  })
  if (await takeOver(runner, paths, binary, toConfigHash(yaml), log)) adoptions += 1
  runner.tell('start')

  const closing = new AbortController()
  const close = async (): Promise<void> => {
    closing.abort()
    runner.leave()
    await lock.release()
  }
  return {
    state: toState,
    wedged: () => runner.tell('wedged'),
    reloadRules: async () => {
      await rules.refresh(closing.signal)
      const loaded = await load(runner, paths, options)
      const rejection = rules.rejection()
      return rejection === null || loaded.kind === 'pending' ? loaded : { kind: 'refused', rejection }
    },
    tick: async () => {
      if (!closing.signal.aborted) await runner.tick()
    },
    stop: async () => {
      runner.tell('stop')
      await untilStopped(runner, clock)
      await close()
    },
    leave: close,
  }
}

function toEngineState(runner: EngineRunner): Omit<SupervisorState, 'adoptions' | 'rejection'> {
  const state = runner.state()
  const { phase, sinceSeconds, restarts } = state
  const alive = 'pid' in state ? state : { pid: null, adopted: false }
  return { phase, pid: alive.pid, sinceSeconds, restarts, adopted: alive.adopted }
}

/** Adopts the running engine, if there is one; @returns whether it can stay. Two of them would write the same logs. */
async function takeOver(
  runner: EngineRunner,
  paths: StatePaths,
  binary: string,
  configHash: string,
  log: SupervisorOptions['log'],
): Promise<boolean> {
  const record = await readRecord(paths.record, ProcessRecord)
  const recorded = record !== null && (await isAlive(record)) ? record : null
  const found = await findEngines(paths.yaml, binary)
  const engine = recorded ?? found[0]
  for (const stray of found.filter(({ pid }) => pid !== engine?.pid)) {
    log({ level: 'warn', message: 'a second engine of this sensor is ended', fields: { pid: stray.pid } })
    await sendSignal(stray, 'SIGKILL')
  }
  if (engine === undefined) return false
  // One that the search does not find captures in another network namespace.
  const ours = found.some(({ pid }) => pid === engine.pid)
  const current = ours && toConfigHash(await readFile(paths.yaml, 'utf8')) === configHash
  const { pid } = engine
  log({ level: 'info', message: current ? 'engine adopted' : 'engine has old settings, replaced', fields: { pid } })
  await runner.adopt(engine, recorded?.rulesFingerprint ?? null, current)
  return current
}

/** Has the running engine load the set in force, unless it has. */
async function load(runner: EngineRunner, paths: StatePaths, options: SupervisorOptions): Promise<RulesOutcome> {
  const active = await readActive(paths.rules)
  if (active === null || active.fingerprint === runner.loadedRules()) return { kind: 'unchanged' }
  const before = runner.state()
  if (before.phase !== 'running') return { kind: 'pending', fault: toSentence('SENSOR_RULES_NO_ENGINE', before.phase) }
  const isRunning = () => {
    const now = runner.state()
    return now.phase === 'running' && now.pid === before.pid
  }
  const reloaded = await reloadEngineRules(options.ask, options.clock, isRunning)
  if (!reloaded.ok) return { kind: 'pending', fault: reloaded.fault }
  await runner.setLoadedRules(active.fingerprint)
  return { kind: 'reloaded' }
}

const stopPollSeconds = 0.05
/** SIGTERM's deadline and two of SIGKILL's. */
const stopSeconds = deadlines.terminateSeconds + 2 * deadlines.killSeconds

async function untilStopped(runner: EngineRunner, clock: Clock): Promise<void> {
  const untilSeconds = clock.nowSeconds() + stopSeconds
  for (let state = runner.state(); state.phase !== 'stopped'; state = runner.state()) {
    if (clock.nowSeconds() > untilSeconds)
      throw new Error(toSentence('SENSOR_ENGINE_STUCK', 'pid' in state ? state.pid : 'none', stopSeconds))
    await new Promise<void>((resolve) => clock.after(stopPollSeconds, resolve))
    await runner.tick()
  }
}
