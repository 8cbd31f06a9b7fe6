import { mkdir } from 'node:fs/promises'
import type { Environment } from '../config.ts'
import { toSentence } from '../faults.ts'
import type { Entry } from '../journal.ts'
import type { Clock } from '../read/clock.ts'
import type { SuricataSocket } from '../read/suricata-socket.ts'
import { type AgentLock, acquireAgentLock } from './agent-lock.ts'
import { adoptEngine } from './engine-adoption.ts'
import { createEngineRenewal, type EngineRenewal } from './engine-renewal.ts'
import { EngineRunner } from './engine-runner.ts'
import { deadlines } from './lifecycle.ts'
import type { Phase } from './lifecycle-state.ts'
import { Rules } from './rules.ts'
import { loadRules, type RulesLoading, toNotLoaded, type UnloadedRules } from './rules-loading.ts'
import type { RulesRejection } from './rules-rejection.ts'
import { type StatePaths, toStatePaths, toSuricataSettings } from './suricata-settings.ts'
import { toSuricataYaml } from './suricata-yaml.ts'
import { createVxlanDevices } from './vxlan-devices.ts'

export interface SupervisorOptions {
  readonly settings: Environment
  readonly clock: Clock
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
  readonly restarts: number
  /** The engine in hand was started by an earlier agent. */
  readonly adopted: boolean
  readonly adoptions: number
  /** Landlock confines the engine; null while none has been ready. */
  readonly landlocked: boolean | null
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
  /** Somebody cannot wait: the engine gets no time to write its last flows. */
  hasten(): void
  /** Gives up the sensor and leaves the engine capturing, for the next agent to adopt. */
  leave(): Promise<void>
}

export type RulesOutcome = RulesLoading | { readonly kind: 'refused'; readonly rejection: RulesRejection }

/** Takes hold of the sensor's engine: the one that runs, or a new one. Rejects when another agent holds it. */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { settings } = options
  const paths = toStatePaths(settings.SENSOR_STATE_DIR)
  for (const folder of [settings.SENSOR_LOG_DIR, paths.rules, paths.run])
    await mkdir(folder, { recursive: true, mode: 0o750 })
  const lock = await acquireAgentLock(settings.SENSOR_STATE_DIR, settings.SENSOR_INTERFACE, paths.owner)
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
  const devices = createVxlanDevices(settings.SENSOR_STATE_DIR, suricata.vnis, log)
  const warn = (message: string) => (error: unknown) =>
    log({ level: 'warn', message, fields: { error: String(error) } })
  let adoptions = 0
  let renewal: EngineRenewal | undefined
  let unloaded: UnloadedRules | null = null
  const toRejected = () => renewal?.rejection() ?? rules.rejection() ?? toNotLoaded(unloaded, runner.loadedRules())
  const toState = (): SupervisorState => ({ ...toEngineState(runner), adoptions, rejection: toRejected() })
  const runner = new EngineRunner({
    ...options,
    binary,
    paths,
    yaml,
    rules,
    devices,
    onState: () => options.onState?.(toState()),
  })
  const closing = new AbortController()
  const adopted = await adoptEngine({ runner, paths, binary, yaml, log })
  if (adopted !== null) adoptions += 1
  if (adopted?.current) await devices.mend()
  if (adopted !== null && !adopted.current) {
    const { pid } = adopted
    renewal = createEngineRenewal({
      prepare: () => rules.prepare(closing.signal),
      isInHand: () => toEngineState(runner).pid === pid,
      replace: () => runner.replace(pid),
    })
    void renewal.attempt().catch(warn("today's settings could not be tried"))
  }
  runner.tell('start')

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
      await renewal?.attempt()
      const loaded = await loadRules({ ...options, runner, rulesFolder: paths.rules, closing: closing.signal })
      unloaded = loaded.kind === 'pending' ? loaded : null
      const rejection = toRejected()
      return rejection === null || loaded.kind === 'pending' ? loaded : { kind: 'refused', rejection }
    },
    tick: async () => {
      if (!closing.signal.aborted) await runner.tick()
    },
    stop: async () => {
      runner.tell('stop')
      await untilStopped(runner, clock)
      await devices.remove()
      await close()
    },
    hasten: () => runner.kill(),
    leave: close,
  }
}

function toEngineState(runner: EngineRunner): Omit<SupervisorState, 'adoptions' | 'rejection'> {
  const state = runner.state()
  const { phase, restarts } = state
  const alive = 'pid' in state ? state : { pid: null, adopted: false }
  return { phase, pid: alive.pid, restarts, adopted: alive.adopted, landlocked: runner.landlocked() }
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
