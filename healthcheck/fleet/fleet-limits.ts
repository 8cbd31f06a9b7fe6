/** Where a figure of the fleet turns from fine into a finding. A figure that equals its limit has not crossed it. */
export interface FleetLimits {
  /** Smallest share of the members that are not leaving that must be in service. */
  readonly inServiceRatio: number
  /** With fewer healthy targets than this the load balancer sends to all (`unhealthy_state_routing.minimum_healthy_targets.count`). */
  readonly minimumHealthyTargets: number
  /** Packets of the busiest sensor over the mean. */
  readonly imbalanceRatio: number
  /** Packets that all sensors together must have had before their shares mean anything. */
  readonly imbalancePackets: number
  /** Share of the members that show the same unhealthy reason. */
  readonly commonCauseRatio: number
  /** Members that must show a reason before it can be called common. */
  readonly commonCauseMembers: number
  /** Members on which load balancer and sensor may disagree. */
  readonly disagreeingMembers: number
  /** Zones the fleet is deployed in. A zone that has lost its last member cannot be told from the members. */
  readonly expectedZones: readonly string[]
}

export const defaultFleetLimits: FleetLimits = {
  /** With fewer than half, each remaining sensor carries more than twice its share. */
  inServiceRatio: 0.5,
  /** AWS's default for NLB, and the only behaviour of GWLB. */
  minimumHealthyTargets: 1,
  /** Below 2, which is all that two sensors can show; above what chance does with 128 buckets a source over ten sensors (about 1.4). */
  imbalanceRatio: 1.5,
  /** Fewer may be a handful of flows, which no balancing can spread. */
  imbalancePackets: 10_000,
  /** A majority: sensors fail one by one, what they share fails them together. */
  commonCauseRatio: 0.5,
  /** One sensor alone shares nothing with anyone. */
  commonCauseMembers: 2,
  /** Both ask the same question. A health check takes some seconds to notice a change, which is the alert's business to wait for. */
  disagreeingMembers: 0,
  expectedZones: [],
}
