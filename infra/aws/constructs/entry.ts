import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2'
import type { AwsFleet } from '../aws-fleet.ts'

/** Where sensors live. */
export interface SensorNetwork {
  readonly vpc: IVpc
  /** One subnet in each of the fleet's zones. */
  readonly sensorSubnets: SubnetSelection
}

/** What a mirror target points at without an endpoint in between. */
export type DirectMirrorTarget =
  | { readonly kind: 'network'; readonly loadBalancerArn: string }
  | { readonly kind: 'none'; readonly networkInterfaceId: string }
/** Behind a gateway the targets are endpoints, and those belong to the spokes. */
export type MirrorTarget = DirectMirrorTarget | { readonly kind: 'gateway'; readonly endpointServiceName: string }

/** How mirrored traffic enters a fleet. */
export interface Entry {
  readonly mirrorTarget: MirrorTarget
  /** null: sensors register nowhere. */
  readonly targetGroup: { readonly arn: string; readonly fullName: string } | null
  readonly loadBalancer: { readonly fullName: string; readonly kind: 'network' | 'gateway' } | null
  /** The interface that the only sensor takes over; null where each sensor brings its own. */
  readonly sensorInterfaceId: string | null
}

export interface EntryProps {
  readonly fleet: AwsFleet
  readonly network: SensorNetwork
  readonly sensorSecurityGroup: ISecurityGroup
}

/** The addresses that mirrored traffic comes from: each mirrored interface's primary one (aws.md 1.1). */
export const toSourceCidrs = ({ aws, vpcCidr, secondaryCidrs }: AwsFleet): readonly string[] =>
  aws.sourceCidrs ?? [vpcCidr, ...secondaryCidrs]

/**
 * The path that load balancers ask, and the answer that counts: /readyz says 200 or 503. AWS would take 200 to 399, and
 * a redirect is no sensor of ours.
 */
export const readiness = { path: '/readyz', code: '200' } as const
