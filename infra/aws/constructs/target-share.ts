import { Stack } from 'aws-cdk-lib'
import { CfnResourceShare } from 'aws-cdk-lib/aws-ram'
import type { Construct } from 'constructs'

export interface TargetShareProps {
  readonly name: string
  readonly trafficMirrorTargetId: string
  /** At least one. */
  readonly consumerAccounts: readonly string[]
}

/**
 * Lets other accounts point their sessions at a mirror target (aws.md 1.7). External principals are allowed, for
 * nothing here tells whether the accounts belong to one organization; those that do not must accept an invitation. Who
 * may is the list, and a share is no way in: packets still need a route and the consent of the load balancer's security
 * group.
 */
export function addTargetShare(
  scope: Construct,
  { name, trafficMirrorTargetId, consumerAccounts }: TargetShareProps,
): void {
  new CfnResourceShare(scope, 'TargetShare', {
    name: `${name}-target`,
    resourceArns: [
      Stack.of(scope).formatArn({
        service: 'ec2',
        resource: 'traffic-mirror-target',
        resourceName: trafficMirrorTargetId,
      }),
    ],
    principals: [...consumerAccounts],
    allowExternalPrincipals: true,
  })
}
