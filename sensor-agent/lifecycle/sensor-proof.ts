import { isFirstStart } from '../first-start.ts'
import type { GroupStatus, Publication } from '../serve/publication.ts'
import { toServedVerdict } from '../serve/served-verdict.ts'
import type { GroupSensor } from './group-member.ts'

/** What the last publication proves of this sensor now. The load balancer's view plays no part. */
export function toProof(
  last: Publication | undefined,
  nowSeconds: number,
  staleAfterSeconds: number,
): ReturnType<GroupSensor['proof']> {
  if (last === undefined) return { ready: false, starting: true, silentSeconds: null }
  const ageSeconds = nowSeconds - last.atSeconds
  const { ready, status } = toServedVerdict(last.verdict, ageSeconds, staleAfterSeconds)
  const isStale = ageSeconds > staleAfterSeconds
  return {
    ready,
    starting: !isStale && (isFirstStart(last.engine) || status !== 'unhealthy'),
    silentSeconds: isStale ? null : last.window.receiveSilenceSeconds,
  }
}

const reportingPhases: readonly GroupStatus['phase'][] = ['unassigned', 'proving', 'serving', 'draining']

/** It counts among the sensors of its group: one in the warm pool or set aside would make the group look idle. */
export const isReporting = ({ phase, target }: Pick<GroupStatus, 'phase' | 'target'>): boolean =>
  reportingPhases.includes(phase) && !(target?.startsWith('Warmed:') ?? false)
