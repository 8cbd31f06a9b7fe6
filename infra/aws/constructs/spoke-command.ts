import { CfnOutput } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/** What a spoke must know of its fleet: the name as a spoke's description has it, and the value. */
export interface SpokeContext {
  readonly key: 'endpointServiceName' | 'trafficMirrorTargetId'
  readonly value: string
}

/** Prints the command that mirrors another VPC, or another account's, to this fleet. FILE is a spoke description. */
export function addSpokeCommand(stack: Construct, { key, value }: SpokeContext): void {
  new CfnOutput(stack, 'SpokeCommand', {
    description: 'Deploys a spoke, with the credentials of the account that owns its VPC',
    value: `npx cdk deploy --all -c spoke=FILE -c ${key}=${value}`,
  })
}
