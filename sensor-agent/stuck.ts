import type { Reason, Verdict } from '../healthcheck/verdict.ts'

/** What only a new engine cures. The socket may come back, the workers may catch up: so it has to last. */
const reasons: readonly Reason[] = ['suricata-silent', 'suricata-wedged', 'capture-blind']

/** Since when the engine has been stuck without a break, in seconds on the agent's clock; null while it is not. */
export type StuckSince = number | null

/**
 * One more verdict. `replace` is true once the engine has been stuck for `patienceSeconds`; the count then begins anew,
 * so that a replacement has the same time to prove itself.
 */
export function nextStuck(
  since: StuckSince,
  { findings }: Verdict,
  atSeconds: number,
  patienceSeconds: number,
): { readonly since: StuckSince; readonly replace: boolean } {
  if (!findings.some(({ reason }) => reasons.includes(reason))) return { since: null, replace: false }
  const began = since ?? atSeconds
  return atSeconds - began < patienceSeconds ? { since: began, replace: false } : { since: null, replace: true }
}
