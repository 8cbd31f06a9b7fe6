import { toSentence } from '../faults.ts'
import type { Clock } from '../read/clock.ts'
import type { SuricataSocket } from '../read/suricata-socket.ts'
import type { EngineRunner } from './engine-runner.ts'
import { type RulesRejection, toRejection } from './rules-rejection.ts'
import { reloadEngineRules } from './rules-reload.ts'
import { readActive } from './ruleset.ts'

/** Rules in force that the engine has not loaded, and why. */
export interface UnloadedRules {
  readonly fingerprint: string
  readonly fault: string
}
export type RulesLoading =
  | { readonly kind: 'unchanged' | 'reloaded' }
  /** No engine has them loaded yet; the next one, or the next call, does. */
  | ({ readonly kind: 'pending' } & UnloadedRules)

export interface LoadingParts {
  readonly runner: Pick<EngineRunner, 'state' | 'loadedRules' | 'setLoadedRules'>
  readonly rulesFolder: string
  readonly ask: SuricataSocket['ask']
  readonly clock: Clock
  /** Aborted when the agent ends. */
  readonly closing: AbortSignal
}

/** Has the running engine load the set in force, unless it has. */
export async function loadRules({ runner, rulesFolder, ask, clock, closing }: LoadingParts): Promise<RulesLoading> {
  const active = await readActive(rulesFolder)
  if (active === null || active.fingerprint === runner.loadedRules()) return { kind: 'unchanged' }
  const before = runner.state()
  const toPending = (fault: string): RulesLoading => ({ kind: 'pending', fingerprint: active.fingerprint, fault })
  if (before.phase !== 'running') return toPending(toSentence('SENSOR_RULES_NO_ENGINE', before.phase))
  const isRunning = () => {
    const now = runner.state()
    return now.phase === 'running' && now.pid === before.pid && !closing.aborted
  }
  const reloaded = await reloadEngineRules(ask, clock, isRunning)
  if (!reloaded.ok) return toPending(reloaded.fault)
  await runner.setLoadedRules(active.fingerprint)
  return { kind: 'reloaded' }
}

/** Shown until an engine has loaded them: the sensor looks for less than its rules say. */
export function toNotLoaded(unloaded: UnloadedRules | null, loaded: string | null): RulesRejection | null {
  if (unloaded === null || unloaded.fingerprint === loaded) return null
  return toRejection([{ file: '(engine)', line: null, message: unloaded.fault }], 'notLoaded')
}
