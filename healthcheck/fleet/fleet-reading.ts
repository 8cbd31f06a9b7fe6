import type { SensorStatus } from './sensor-status.ts'
import type { TargetState } from './target-state.ts'

/** One instance in the words of its Auto Scaling group. */
export interface GroupInstance {
  readonly id: string
  readonly zone: string
  /** `InService`, `Pending:Wait`, …: LifecycleState of the Auto Scaling API. */
  readonly lifecycleState: string
  /** `Healthy`, or `Unhealthy`: about to be replaced. */
  readonly healthStatus: string
}

/** An Auto Scaling group of sensors. */
export interface ScalingGroup {
  readonly name: string
  readonly desiredCapacity: number
  readonly zones: readonly string[]
  /** None: one sensor, whose interface is the mirror target. */
  readonly targetGroupArns: readonly string[]
}

/** One target in the words of its load balancer. */
export interface Target {
  readonly id: string
  readonly state: TargetState
  /** A reason code, `Target.Timeout`; null for a healthy one. */
  readonly reason: string | null
}

/** What a sensor said of itself, or why it could not be asked. */
export type SensorAnswer =
  | { readonly answered: true; readonly status: SensorStatus }
  | { readonly answered: false; readonly fault: string }

/** One sensor in AWS's two views. */
export interface ListedSensor {
  readonly id: string
  readonly zone: string
  /** null: Auto Scaling does not have it. */
  readonly instance: GroupInstance | null
  /** null: it is no target. */
  readonly target: Target | null
}

/** A fleet as AWS alone describes it. */
export interface FleetListing {
  readonly group: ScalingGroup
  /** null: the fleet is behind no load balancer. */
  readonly targetGroupArn: string | null
  /** By id; private addresses, null where the instance has none, is gone, or EC2 did not tell. */
  readonly sensors: readonly (ListedSensor & { readonly address: string | null })[]
  /** Why EC2 did not tell the addresses; null when it did. */
  readonly addressesFault: string | null
}

/** One sensor in all three views. */
export interface SensorViews extends ListedSensor {
  readonly sensor: SensorAnswer
}

/** All that was read of a fleet. */
export interface FleetReading {
  readonly group: ScalingGroup
  /** null: the fleet is behind no load balancer. */
  readonly targetGroupArn: string | null
  /** By id. */
  readonly sensors: readonly SensorViews[]
}

/** What the group means to do with an instance: `aside` is neither counted on nor leaving (standby, warm pool). */
export type Stage = 'starting' | 'in-service' | 'leaving' | 'aside'

const stages: Readonly<Record<string, Stage>> = {
  Pending: 'starting',
  Quarantined: 'starting',
  InService: 'in-service',
  Terminating: 'leaving',
  Terminated: 'leaving',
  Detaching: 'leaving',
  Detached: 'leaving',
}

/** `Terminating:Wait` is a `Terminating`. A state that AWS has added since is `aside`: nothing is held against it. */
export const toStage = ({ lifecycleState }: GroupInstance): Stage =>
  stages[lifecycleState.split(':', 1)[0] ?? ''] ?? 'aside'
