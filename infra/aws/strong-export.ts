import { CfnResource, ReferenceStrength, type Stack } from 'aws-cdk-lib'

/**
 * What other stacks take from this one becomes a CloudFormation export, which can neither change nor go while it is in use.
 * By the weak reference that our feature flags choose (Fn::GetStackOutput) a load balancer could be replaced, and who uses it
 * would hold the old one until its own next deployment.
 * @param stack with all of its resources
 */
export function exportStrongly(stack: Stack): void {
  for (const each of stack.node.findAll())
    if (CfnResource.isCfnResource(each)) each.applyCrossStackReferenceStrength(ReferenceStrength.STRONG)
}
