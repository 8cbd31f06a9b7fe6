import type { Reason, Verdict } from './verdict.ts'

/** Whether a sensor is ready for traffic, and how many windows in a row have lately said the opposite. */
export interface Readiness {
  readonly ready: boolean
  readonly streak: number
}

/** How many windows in a row it takes to change our mind: whole numbers from 1. */
export interface Patience {
  readonly badToFall: number
  readonly goodToRise: number
}

/** A sensor starts out of service and has to prove itself. */
export const unproven: Readiness = { ready: false, streak: 0 }

/**
 * At one window a second. Falling after 3 keeps one late answer from costing 120 s of pinned flows, and leaves a wedged
 * engine (5 s of standstill) out of service within 10 s. Rising takes longer: a sensor that flaps moves flows each time.
 */
export const defaultPatience: Patience = { badToFall: 3, goodToRise: 5 }

/**
 * Reasons that take effect at once. Waiting guards against a noisy measurement, and these are none: draining is our own
 * decision, and every second of waiting brings flows that are then cut; a process that does not exist is a fact, and
 * whatever it is still sent is lost. The load balancer waits for its own threshold on top anyway.
 */
const certain: readonly Reason[] = ['suricata-down', 'draining']

/**
 * The readiness after one more verdict: `badToFall` unhealthy verdicts in a row leave service, `goodToRise` others in a
 * row come back. Degraded is good enough for service: busy is not broken.
 */
export function steady(state: Readiness, verdict: Verdict, { badToFall, goodToRise }: Patience): Readiness {
  if (verdict.findings.some(({ reason }) => certain.includes(reason))) return unproven
  const good = verdict.status !== 'unhealthy'
  if (good === state.ready) return { ready: state.ready, streak: 0 }
  const streak = state.streak + 1
  return streak >= (good ? goodToRise : badToFall) ? { ready: good, streak: 0 } : { ready: state.ready, streak }
}

/** What a sensor publishes: the findings of now, and the readiness that outlasts a single window. */
export interface PublishedVerdict extends Verdict {
  readonly ready: boolean
}

export function toPublishedVerdict(verdict: Verdict, { ready }: Readiness): PublishedVerdict {
  return { ready, status: verdict.status, findings: verdict.findings }
}
