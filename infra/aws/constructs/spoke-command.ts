/** What a spoke must know of its fleet: the name as a spoke's description has it, and the value. */
export interface SpokeContext {
  readonly key: 'endpointServiceName' | 'trafficMirrorTargetId'
  readonly value: string
}

/** Who may run it: said with each output that has such a command. */
export const spokeCredentials = 'with the credentials of the account that owns its VPC'

/**
 * The command that mirrors another VPC, or another account's, to this fleet. FILE is a spoke description.
 * @param stacks `--all`, or one of a spoke's stacks
 */
export const toSpokeCommand = (stacks: '--all' | 'endpoints' | 'mirror', { key, value }: SpokeContext): string =>
  `npx cdk deploy ${stacks} -c spoke=FILE -c ${key}=${value}`
