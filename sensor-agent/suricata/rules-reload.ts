import { toSentence } from '../faults.ts'
import type { Clock } from '../read/clock.ts'
import type { SuricataSocket } from '../read/suricata-socket.ts'
import { deadlines } from './lifecycle.ts'

export type Reloaded = { readonly ok: true } | { readonly ok: false; readonly fault: string }

const pollSeconds = 0.5

/**
 * Has the engine load the rules in force, and waits until it says that it has: its reload time has moved. Never the
 * blocking command: that one keeps the command socket silent for as long as the loading takes, 13 to 121 s.
 */
export async function reloadEngineRules(
  ask: SuricataSocket['ask'],
  clock: Clock,
  /** False once the engine has ended or is to end. */
  isRunning: () => boolean,
): Promise<Reloaded> {
  const before = await ask('ruleset-reload-time')
  if (!before.ok) return { ok: false, fault: before.fault }
  const accepted = await ask('ruleset-reload-nonblocking')
  if (!accepted.ok) return { ok: false, fault: accepted.fault }
  const untilSeconds = clock.nowSeconds() + deadlines.startSeconds
  while (isRunning() && clock.nowSeconds() < untilSeconds) {
    const now = await ask('ruleset-reload-time')
    if (now.ok && now.value !== before.value) return { ok: true }
    await new Promise<void>((resolve) => clock.after(pollSeconds, resolve))
  }
  const fault = isRunning()
    ? toSentence('SENSOR_RULES_NOT_LOADED', deadlines.startSeconds)
    : toSentence('SENSOR_RULES_NO_ENGINE', 'ending')
  return { ok: false, fault }
}
