import { type Status, worst } from '../verdict.ts'
import { type Disagreement, toDisagreements } from './disagreement.ts'
import { defaultFleetLimits, type FleetLimits } from './fleet-limits.ts'
import { type FleetReading, type SensorViews, toStage } from './fleet-reading.ts'
import { type FleetVerdict, judgeFleet } from './fleet-verdict.ts'
import type { Member } from './member.ts'
import { toReasons } from './sensor-status.ts'
import type { TargetState } from './target-state.ts'

export interface FleetStatus extends FleetReading {
  /** The worse of the verdict and, where views disagree, degraded. */
  readonly status: Status
  readonly verdict: FleetVerdict
  readonly disagreements: readonly Disagreement[]
  /** Sensors whose /status was read. */
  readonly answers: number
  /** Not unhealthy, and seen by more than AWS's view alone. */
  readonly ok: boolean
}

/** Nothing routes by health: no load balancer can fail open, or disagree. */
const withoutLoadBalancer: Partial<FleetLimits> = {
  minimumHealthyTargets: Number.NEGATIVE_INFINITY,
  disagreeingMembers: Number.POSITIVE_INFINITY,
}

/** Those that the group counts on. One that leaves has been taken out of the load balancer before its state says so. */
const isCountedOn = ({ instance }: SensorViews): boolean =>
  instance !== null && ['starting', 'in-service'].includes(toStage(instance))

/** Behind no load balancer the traffic comes whatever the sensor says, so being there is what a target's health stands for. */
function toTargetState({ target, sensor }: SensorViews, targetGroupArn: string | null): TargetState {
  if (targetGroupArn === null) return sensor.answered ? 'healthy' : 'unavailable'
  return target?.state ?? 'unused'
}

function toMember(views: SensorViews, targetGroupArn: string | null): Member {
  const { id, zone, sensor } = views
  const status = sensor.answered ? sensor.status : null
  return {
    id,
    zone,
    status: status?.status ?? null,
    targetState: toTargetState(views, targetGroupArn),
    reasons: status === null ? [] : toReasons(status),
    packets: status?.packets ?? null,
    drops: status?.drops ?? null,
  }
}

/** Judges what was read of a fleet. */
export function toFleetStatus(fleet: FleetReading): FleetStatus {
  const { targetGroupArn, group, sensors } = fleet
  const members = sensors.filter(isCountedOn).map((views) => toMember(views, targetGroupArn))
  const own = targetGroupArn === null ? withoutLoadBalancer : {}
  const verdict = judgeFleet(members, { ...defaultFleetLimits, expectedZones: group.zones, ...own })
  const disagreements = toDisagreements(fleet)
  const status = worst([verdict, ...disagreements.map(() => ({ status: 'degraded' as const }))])
  const answers = sensors.filter(({ sensor }) => sensor.answered).length
  return { ...fleet, status, verdict, disagreements, answers, ok: status !== 'unhealthy' && answers > 0 }
}
