import type { Reason, Status } from '../verdict.ts'
import type { TargetState } from './target-state.ts'

/** One sensor of the fleet as its load balancer and the sensor itself describe it at one time. */
export interface Member {
  /** The instance id on AWS. */
  readonly id: string
  /** Availability Zone. */
  readonly zone: string
  /** What the sensor says of itself in /status; null when it did not answer. */
  readonly status: Status | null
  /** What the load balancer says of it; `unused` when it is no target. */
  readonly targetState: TargetState
  /** The reasons in the sensor's verdict; none when it did not answer. */
  readonly reasons: readonly Reason[]
  /** AF_PACKET packets of its last window, drops included; null when unknown. */
  readonly packets: number | null
  readonly drops: number | null
}

/**
 * Gets traffic and does something with it: both views count. A load balancer goes on sending to a broken sensor until
 * it notices; a sensor that calls itself fine inspects nothing while no load balancer sends to it. A sensor that does
 * not answer us says nothing against itself, so there the load balancer's view stands alone.
 */
export function isInService({ targetState, status }: Member): boolean {
  return targetState === 'healthy' && status !== 'unhealthy'
}

/** Leaves on purpose, by its own word or the load balancer's: its absence is no failure. */
export function isLeaving({ targetState, reasons }: Member): boolean {
  return targetState === 'draining' || reasons.includes('draining')
}
