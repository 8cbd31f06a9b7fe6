import type { FleetDescription } from '../fleet.ts'

/** A fleet that says where on AWS it lives. */
export type AwsFleet = FleetDescription & { readonly aws: NonNullable<FleetDescription['aws']> }

export const isAwsFleet = (fleet: FleetDescription): fleet is AwsFleet => fleet.aws !== undefined

/**
 * Names that one stack gives and another must know. Given, not generated, so that the launch template can name the group that
 * uses it, and alarms exist before the sensors they watch.
 */
export const toNames = ({ name }: Pick<FleetDescription, 'name'>) => ({
  autoScalingGroup: `${name}-sensors`,
  /** At most 32 characters each (CreateLoadBalancer, CreateTargetGroup). */
  loadBalancer: `${name}-entry`,
  targetGroup: `${name}-sensors`,
  launchHook: `${name}-launch`,
  terminateHook: `${name}-terminate`,
})
