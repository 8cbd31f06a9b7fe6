import type { Engine } from './agent.ts'
import type { Entry } from './journal.ts'
import type { SuricataSocket } from './read/suricata-socket.ts'
import type { Answer, CaptureCounters, EngineCounters } from './sample/reading.ts'
import type { RulesOutcome, Supervisor } from './suricata/supervisor.ts'

/** The supervisor as the agent's engine, with the version that the running process says it has. */
export function toSupervisedEngine(
  supervisor: Supervisor,
  ask: SuricataSocket['ask'],
  log: (entry: Entry) => void,
): Engine {
  let known: { readonly pid: number; readonly version: string } | undefined

  /** Asked once per process, in the background: a version is never worth waiting for. */
  const learnVersion = async (pid: number): Promise<void> => {
    const answer = await ask('version')
    if (answer.ok) known = { pid, version: answer.value }
  }

  return {
    status: () => {
      const { phase, pid, restarts, adoptions, landlocked } = supervisor.state()
      if (phase === 'running' && pid !== null && known?.pid !== pid) void learnVersion(pid)
      return { phase, pid, restarts, adoptions, landlocked, version: known?.version ?? null }
    },
    isUp: () => supervisor.state().phase === 'running',
    rejection: () => supervisor.state().rejection,
    wedged: () => {
      log({ level: 'warn', message: 'the engine lives and does nothing; it is replaced', fields: {} })
      supervisor.wedged()
    },
    checkRules: async () => {
      const entry = toEntry(await supervisor.reloadRules())
      if (entry !== undefined) log(entry)
    },
  }
}

/** Refused rules are in every publication, and said once by its journal. */
function toEntry(outcome: RulesOutcome): Entry | undefined {
  if (outcome.kind === 'reloaded') return { level: 'info', message: 'the engine has loaded new rules', fields: {} }
  if (outcome.kind !== 'pending') return undefined
  return { level: 'info', message: 'new rules wait for the engine', fields: { fault: outcome.fault } }
}

/**
 * The engine is ready when it has published counters and has workers; before its first stats interval it refuses. One
 * whose counters we cannot read has published them, and is ready when it knows its interface: the fault is ours.
 */
export const isEngineReady = (counters: Answer<EngineCounters>, capture: Answer<CaptureCounters>): boolean =>
  counters.ok ? counters.value.workers.length > 0 : counters.code === 'SENSOR_COUNTERS_UNKNOWN' && capture.ok
