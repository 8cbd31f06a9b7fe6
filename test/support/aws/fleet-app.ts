import { join } from 'node:path'
import { Stack } from 'aws-cdk-lib'
import type { AwsFleet } from '../../../infra/aws/aws-fleet.ts'
import { type Read, readFleetFile, readSpokeFile } from '../../../infra/aws/description-file.ts'
import { EntryStack } from '../../../infra/aws/stacks/entry-stack.ts'
import { MirrorStack } from '../../../infra/aws/stacks/mirror-stack.ts'
import { importNetwork, NetworkStack } from '../../../infra/aws/stacks/network-stack.ts'
import { SpokeStack } from '../../../infra/aws/stacks/spoke-stack.ts'
import type { SpokeDescription } from '../../../infra/spoke.ts'
import { createAwsApp } from '../aws-app.ts'
import { projectRoot } from '../source-files.ts'

function toValue<T>(read: Read<T>): T {
  if (!read.ok) throw new Error(read.complaints.join('\n'))
  return read.value
}
const toPath = (name: string) => join(projectRoot, 'infra/fleets', `${name}.json`)
export const toExampleFleet = (name: string): AwsFleet => toValue(readFleetFile(toPath(name)))
export const toExampleSpoke = (name: string): SpokeDescription => toValue(readSpokeFile(toPath(`${name}.spoke`), {}))

/** The stacks that let mirrored traffic in, of one fleet. `mirror` is null behind a gateway. */
export function toEntryStacks(fleet: AwsFleet) {
  const app = createAwsApp()
  const props = { fleet, env: { account: fleet.aws.account, region: fleet.aws.region } }
  const { vpcId } = fleet.aws.network
  // An existing VPC is ids and no resources, so it may belong to a stack that is never synthesized.
  const network =
    vpcId === undefined
      ? new NetworkStack(app, 'network', props)
      : importNetwork(new Stack(createAwsApp(), 'existing'), fleet, vpcId)
  const entry = new EntryStack(app, 'entry', { ...props, network })
  const { mirrorTarget } = entry
  const mirror = mirrorTarget.kind === 'gateway' ? null : new MirrorStack(app, 'mirror', { ...props, mirrorTarget })
  return { entry, mirror }
}

export function toSpokeStack(spoke: SpokeDescription): SpokeStack {
  return new SpokeStack(createAwsApp(), 'spoke', { spoke, env: { account: spoke.account, region: spoke.region } })
}
