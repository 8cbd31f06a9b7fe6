import { isFigure } from '../figure.ts'
import { type Reason, reasons } from '../verdict.ts'
import type { FleetLimits } from './fleet-limits.ts'
import { isInService, isLeaving, type Member } from './member.ts'

/** What a rule saw: the figure, the limit it crossed, and whom it concerns, sorted and each once. */
export interface Sighting {
  readonly observed: number
  readonly limit: number
  readonly members: readonly string[]
  readonly zones: readonly string[]
  /** The sensors' own reasons that many of them share; only `common-cause` names any. */
  readonly sharedReasons: readonly Reason[]
}

export interface FleetRule {
  readonly reason: string
  readonly status: 'degraded' | 'unhealthy'
  /** One sentence for an operator. */
  readonly meaning: string
  /** null: the limit is not crossed, or there is too little to judge by. */
  readonly sight: (members: readonly Member[], limits: FleetLimits) => Sighting | null
}

/** What we hold a fleet to; row order is report order. Unhealthy: mirrored traffic is going uninspected now. */
export const fleetRules = [
  {
    reason: 'quorum-lost',
    status: 'unhealthy',
    meaning: 'Too few of the sensors are in service to carry the traffic of all.',
    sight: quorumLost,
  },
  {
    reason: 'zone-dark',
    status: 'degraded',
    meaning:
      'A zone has no sensor in service: without cross-zone balancing its traffic is lost, with it the others carry it.',
    sight: zoneDark,
  },
  {
    reason: 'imbalance',
    status: 'degraded',
    meaning: 'The busiest sensor gets far more than its share; adding sensors does not relieve it, rebalancing does.',
    sight: imbalance,
  },
  {
    reason: 'fail-open',
    status: 'unhealthy',
    meaning: 'Too few targets are healthy, so the load balancer sends to all of them regardless of health.',
    sight: failOpen,
  },
  {
    reason: 'fail-open-danger',
    status: 'degraded',
    meaning: 'One more failure and the load balancer sends to all targets regardless of health.',
    sight: failOpenDanger,
  },
  {
    reason: 'common-cause',
    status: 'degraded',
    meaning: 'Most sensors fail for the same reason: look at what they share before replacing them.',
    sight: commonCause,
  },
  {
    reason: 'view-disagreement',
    status: 'degraded',
    meaning:
      'Load balancer and sensor disagree on whether the sensor is healthy: look at the health check’s path between them.',
    sight: viewDisagreement,
  },
] as const satisfies readonly FleetRule[]

/**
 * Of the members that are not leaving; a planned scale-in loses no quorum. Starting ones count as missing: a sensor that
 * never gets past `initial` is one the fleet was sized for. Nobody left is a share of 0.
 */
function quorumLost(members: readonly Member[], { inServiceRatio }: FleetLimits): Sighting | null {
  const staying = members.filter((member) => !isLeaving(member))
  const missing = staying.filter((member) => !isInService(member))
  const share = staying.length === 0 ? 0 : (staying.length - missing.length) / staying.length
  return share < inServiceRatio ? toSighting(share, inServiceRatio, missing) : null
}

function zoneDark(members: readonly Member[], { expectedZones }: FleetLimits): Sighting | null {
  const lit = new Set(members.filter(isInService).map(({ zone }) => zone))
  const dark = toSorted([...expectedZones, ...members.map(({ zone }) => zone)].filter((zone) => !lit.has(zone)))
  const inside = members.filter(({ zone }) => !lit.has(zone))
  return dark.length > 0 ? { ...toSighting(dark.length, 0, inside), zones: dark } : null
}

/** Among members in service only: the others are meant to get nothing. */
function imbalance(members: readonly Member[], { imbalanceRatio, imbalancePackets }: FleetLimits): Sighting | null {
  const loaded = members.filter(isInService).flatMap((member) => toLoad(member) ?? [])
  const total = loaded.reduce((sum, { packets }) => sum + packets, 0)
  if (total === 0 || total < imbalancePackets) return null
  const most = loaded.reduce((max, { packets }) => Math.max(max, packets), 0)
  const ratio = most / (total / loaded.length)
  const busiest = loaded.filter(({ packets }) => packets === most).map(({ member }) => member)
  return ratio > imbalanceRatio ? toSighting(ratio, imbalanceRatio, busiest) : null
}

/** Both load balancers do so, NLB with an empty target group as well (AWS: target group health). */
function failOpen(members: readonly Member[], { minimumHealthyTargets }: FleetLimits): Sighting | null {
  const healthy = members.filter(isHealthyTarget).length
  return healthy < minimumHealthyTargets ? toSighting(healthy, minimumHealthyTargets, members) : null
}

/** Names the targets that must not fail now. */
function failOpenDanger(members: readonly Member[], { minimumHealthyTargets }: FleetLimits): Sighting | null {
  const healthy = members.filter(isHealthyTarget)
  const oneFailureAway = healthy.length >= minimumHealthyTargets && healthy.length - 1 < minimumHealthyTargets
  return oneFailureAway ? toSighting(healthy.length, minimumHealthyTargets, healthy) : null
}

function commonCause(members: readonly Member[], limits: FleetLimits): Sighting | null {
  const staying = members.filter((member) => !isLeaving(member))
  const shows = (reason: Reason) => staying.filter((member) => member.reasons.includes(reason))
  const isCommon = (count: number) =>
    count >= limits.commonCauseMembers && count / staying.length > limits.commonCauseRatio
  const shared = failures.filter((reason) => isCommon(shows(reason).length))
  if (shared.length === 0) return null
  const share = Math.max(...shared.map((reason) => shows(reason).length)) / staying.length
  return { ...toSighting(share, limits.commonCauseRatio, shared.flatMap(shows)), sharedReasons: shared }
}

/** Reasons that take a sensor out of service. */
const failures = reasons.filter(({ status }) => status === 'unhealthy').map(({ reason }) => reason)

/** Only where both have a view: a target that is starting or leaving, or a sensor that does not answer, contradicts nobody. */
function viewDisagreement(members: readonly Member[], { disagreeingMembers }: FleetLimits): Sighting | null {
  const disagreeing = members.filter((member) => {
    const refused = member.targetState === 'unhealthy' || member.targetState === 'unhealthy.draining'
    if (member.status === null) return false
    return member.status === 'unhealthy' ? isHealthyTarget(member) : refused
  })
  const count = disagreeing.length
  return count > disagreeingMembers ? toSighting(count, disagreeingMembers, disagreeing) : null
}

function isHealthyTarget({ targetState }: Member): boolean {
  return targetState === 'healthy'
}

function toLoad(member: Member): { readonly member: Member; readonly packets: number } | null {
  const { packets } = member
  return packets !== null && isFigure(packets) ? { member, packets } : null
}

function toSighting(observed: number, limit: number, members: readonly Member[]): Sighting {
  const zones = toSorted(members.map(({ zone }) => zone))
  return { observed, limit, members: toSorted(members.map(({ id }) => id)), zones, sharedReasons: [] }
}

/** Each once, by code unit, so that the order the members came in never shows. */
function toSorted(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort()
}
