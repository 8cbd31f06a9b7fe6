import type { CaptureWindow, Limits } from './capture.ts'
import { isFigure } from './figure.ts'
import { type Rule, rules } from './rules.ts'

/** Why a sensor is not healthy: the value in JSON, the metric label, the alert's row and the runbook's heading. */
export type Reason = (typeof rules)[number]['reason']
export type Status = 'healthy' | (typeof rules)[number]['status']

/** `observed` lies beyond `limit`; both are in the unit of the rule (seconds, a ratio 0..1, a count). */
export interface Finding {
  readonly reason: Reason
  readonly status: Exclude<Status, 'healthy'>
  readonly observed: number
  readonly limit: number
}

/** `status` is the worst of the findings; the findings are in the order of the rules. */
export interface Verdict {
  readonly status: Status
  readonly findings: readonly Finding[]
}

type TypedRule = Rule & { readonly reason: Reason }
const table: readonly TypedRule[] = rules

/** Every reason with its status and its meaning, in report order: for metric labels, documents and dashboards. */
export const reasons = table.map(({ reason, status, meaning }) => ({ reason, status, meaning }))

/**
 * What we believe of a sensor after one window. Total: it answers for every window and every limits, and never throws.
 * A figure that is unknown (null) or impossible (NaN, infinite, negative) crosses no limit; a failed source or an
 * impossible figure is itself the finding `source-failed`, so neither can make a sensor healthy.
 */
export function judge(window: CaptureWindow, limits: Limits): Verdict {
  const crossed = table.flatMap((rule) => toFinding(rule, window, limits) ?? [])
  const found = new Set<string>(crossed.map(({ reason }) => reason))
  const explained = table.filter(({ explainedBy }) => explainedBy !== undefined && found.has(explainedBy))
  const findings = crossed.filter(({ reason }) => !explained.some((rule) => rule.reason === reason))
  return { status: worst(findings), findings }
}

/** The worst status among findings; none is healthy. */
export function worst(findings: readonly { readonly status: Status }[]): Status {
  const worstFirst = ['unhealthy', 'degraded'] as const
  return worstFirst.find((status) => findings.some((finding) => finding.status === status)) ?? 'healthy'
}

function toFinding(rule: TypedRule, window: CaptureWindow, limits: Limits): Finding | undefined {
  const observed = rule.measure(window, limits)
  const limit = rule.limit(limits)
  if (observed === null || !isFigure(observed)) return undefined
  const beyond = rule.crosses === 'above' ? observed > limit : observed < limit
  return beyond ? { reason: rule.reason, status: rule.status, observed, limit } : undefined
}
