import type { Reason, Verdict } from './verdict.ts'

/** Whether a sensor is ready for traffic, and since when every verdict has said the opposite; null while none has. */
export interface Readiness {
  readonly ready: boolean
  readonly doubtedSeconds: number | null
}

/** For how long verdicts must say the same to change our mind, from the first of them to the last, in seconds. */
export interface Patience {
  readonly fallSeconds: number
  readonly riseSeconds: number
}

/** A sensor starts out of service and has to prove itself. */
export const unproven: Readiness = { ready: false, doubtedSeconds: null }

/**
 * In seconds, because a sample may be late or seldom. Falling after 2 keeps one late answer from costing 120 s of pinned
 * flows, and leaves a stopped engine (5 s of standstill or silence, after one reply that is waited for in vain) out of
 * service about 10 s after it stopped. Rising takes longer: a sensor that flaps moves flows each time.
 */
export const defaultPatience: Patience = { fallSeconds: 2, riseSeconds: 4 }

/**
 * Reasons that take effect at once. Waiting guards against a noisy measurement, and these are none: draining is our own
 * decision, and every second of waiting brings flows that are then cut; a process that does not exist is a fact, and
 * whatever it is still sent is lost. The load balancer waits for its own threshold on top anyway.
 */
const certain: readonly Reason[] = ['suricata-down', 'draining']

/**
 * The readiness after one more verdict: unhealthy verdicts for `fallSeconds` leave service, others for `riseSeconds` come
 * back. Degraded is good enough for service: busy is not broken. A clock that went back begins the wait anew.
 */
export function steady(
  { ready, doubtedSeconds }: Readiness,
  verdict: Verdict,
  atSeconds: number,
  { fallSeconds, riseSeconds }: Patience,
): Readiness {
  if (verdict.findings.some(({ reason }) => certain.includes(reason))) return unproven
  const good = verdict.status !== 'unhealthy'
  if (good === ready) return { ready, doubtedSeconds: null }
  const since = Math.min(doubtedSeconds ?? atSeconds, atSeconds)
  const isOver = atSeconds - since >= (good ? riseSeconds : fallSeconds)
  return isOver ? { ready: good, doubtedSeconds: null } : { ready, doubtedSeconds: since }
}

/** What a sensor publishes: the findings of now, and the readiness that outlasts a single window. */
export interface PublishedVerdict extends Verdict {
  readonly ready: boolean
}

export function toPublishedVerdict(verdict: Verdict, { ready }: Readiness): PublishedVerdict {
  return { ready, status: verdict.status, findings: verdict.findings }
}
