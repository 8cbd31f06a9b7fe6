import { lossRatio } from '../loss-ratio.ts'
import { type Status, worst } from '../verdict.ts'
import type { FleetLimits } from './fleet-limits.ts'
import { type FleetRule, fleetRules, type Sighting } from './fleet-rules.ts'
import { isInService, type Member } from './member.ts'

export type FleetReason = (typeof fleetRules)[number]['reason']

export interface FleetFinding extends Sighting {
  readonly reason: FleetReason
  readonly status: Exclude<Status, 'healthy'>
}

/** `status` is the worst of the findings; the findings are in the order of the rules. */
export interface FleetVerdict {
  readonly status: Status
  readonly findings: readonly FleetFinding[]
  readonly members: number
  readonly inService: number
  /** Of all packets of all members that know both figures, 0..1; null when none does. */
  readonly lossRatio: number | null
}

type TypedFleetRule = FleetRule & { readonly reason: FleetReason }
const table: readonly TypedFleetRule[] = fleetRules

/** Every reason with its status and its meaning, in report order: for metric labels, documents and dashboards. */
export const fleetReasons = table.map(({ reason, status, meaning }) => ({ reason, status, meaning }))

/**
 * What we believe of the fleet. Total, and blind to the order of the members. The sensors' own findings are not
 * repeated: the fleet's are those that no sensor can see.
 */
export function judgeFleet(members: readonly Member[], limits: FleetLimits): FleetVerdict {
  const findings = table.flatMap(({ reason, status, sight }) => {
    const sighting = sight(members, limits)
    return sighting === null ? [] : [{ reason, status, ...sighting }]
  })
  const inService = members.filter(isInService).length
  return { status: worst(findings), findings, members: members.length, inService, lossRatio: fleetLoss(members) }
}

/** Of the sums, not a mean of ratios: an idle sensor's single drop must not weigh as much as a busy one's thousands. */
function fleetLoss(members: readonly Member[]): number | null {
  const known = members.flatMap(({ packets, drops }) => {
    return packets === null || drops === null || Number.isNaN(lossRatio(packets, drops)) ? [] : [{ packets, drops }]
  })
  if (known.length === 0) return null
  const packets = known.reduce((sum, member) => sum + member.packets, 0)
  const drops = known.reduce((sum, member) => sum + member.drops, 0)
  return lossRatio(packets, drops)
}
