import type { PublishedVerdict } from '../../healthcheck/steady.ts'
import type { Finding } from '../../healthcheck/verdict.ts'
import type { Publication } from './publication.ts'

/** A finding of the judge, or that there is no judgement of now: `observed` and `limit` are then seconds. */
export type ServedFinding = Finding | (Omit<Finding, 'reason'> & { readonly reason: 'verdict-stale' })

export interface ServedVerdict extends Omit<PublishedVerdict, 'findings'> {
  readonly findings: readonly ServedFinding[]
}

/** What every route renders: the last publication, how old it is, and the verdict that this age allows. */
export interface View {
  readonly last: Publication | undefined
  readonly ageSeconds: number
  readonly served: ServedVerdict
}
export type Look = () => View

/**
 * The verdict that may be shown `ageSeconds` after it was published. One that is older than `staleAfterSeconds` speaks
 * of a sensor that nobody has looked at since: it is not ready, whatever it said. The same holds before the first
 * verdict, where the age counts from the start of the agent.
 */
export function toServedVerdict(
  verdict: PublishedVerdict | undefined,
  ageSeconds: number,
  staleAfterSeconds: number,
): ServedVerdict {
  if (verdict !== undefined && ageSeconds <= staleAfterSeconds) return verdict
  const stale: ServedFinding = {
    reason: 'verdict-stale',
    status: 'unhealthy',
    observed: ageSeconds,
    limit: verdict === undefined ? 0 : staleAfterSeconds,
  }
  return { ready: false, status: 'unhealthy', findings: [...(verdict?.findings ?? []), stale] }
}
