import type { Reason, Verdict } from '../healthcheck/verdict.ts'

/** Since when the engine has been stuck without a break, in seconds on the clock of the readings; null while it is not. */
export interface Stuck {
  /** It does nothing, which only a new engine cures. */
  readonly brokenSeconds: number | null
  /** Its socket says nothing, whatever else it does. */
  readonly silentSeconds: number | null
  /** A new engine was tried against a blind capture, and none has captured a packet since. */
  readonly blindTried: boolean
}

export const notStuck: Stuck = { brokenSeconds: null, silentSeconds: null, blindTried: false }

/** How long each lasts before the engine is replaced: the socket may come back, the workers may catch up. */
export interface StuckPatience {
  readonly brokenSeconds: number
  /** A blocking `reload-rules`, which an operator may ask for, silences the socket for minutes while the engine captures on. */
  readonly silentSeconds: number
}

/**
 * One more verdict; `captured` when a packet was captured since the last one. A new count begins after a replacement, so
 * that the new engine has the same time to prove itself.
 *
 * `capture-blind` rests on a difference of counters that knows not every way of a packet, so it replaces an engine once
 * only: if the new one captures nothing either, the cause is elsewhere.
 */
export function nextStuck(
  { brokenSeconds, silentSeconds, blindTried }: Stuck,
  { findings }: Verdict,
  atSeconds: number,
  captured: boolean,
  patience: StuckPatience,
): { readonly stuck: Stuck; readonly replace: boolean } {
  const has = (reason: Reason): boolean => findings.some((finding) => finding.reason === reason)
  const tried = blindTried && !captured
  const wedged = has('suricata-wedged')
  const broken = wedged || (has('capture-blind') && !tried) ? (brokenSeconds ?? atSeconds) : null
  const silent = has('suricata-silent') ? (silentSeconds ?? atSeconds) : null
  const replace = isOver(broken, atSeconds, patience.brokenSeconds) || isOver(silent, atSeconds, patience.silentSeconds)
  if (!replace) return { stuck: { brokenSeconds: broken, silentSeconds: silent, blindTried: tried }, replace }
  return { stuck: { ...notStuck, blindTried: tried || has('capture-blind') }, replace }
}

const isOver = (since: number | null, atSeconds: number, patienceSeconds: number): boolean =>
  since !== null && atSeconds - since >= patienceSeconds
