import { Tags } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { SpokeDescription } from '../spoke.ts'
import type { AwsFleet } from './aws-fleet.ts'
import { ArchiveStack } from './stacks/archive-stack.ts'
import { EntryStack } from './stacks/entry-stack.ts'
import { MirrorStack } from './stacks/mirror-stack.ts'
import { importNetwork, NetworkStack } from './stacks/network-stack.ts'
import { ObservabilityStack } from './stacks/observability-stack.ts'
import { SensorsStack } from './stacks/sensors-stack.ts'
import { SpokeStack } from './stacks/spoke-stack.ts'

/**
 * A fleet as stacks, by life cycle: what lives longest first. Only the sensors change with a new release.
 * @param agentFolder written by writeAgentFolder
 */
export function addFleetStacks(scope: Construct, fleet: AwsFleet, agentFolder: string): void {
  const { account, region } = fleet.aws
  const props = (part: string) => ({
    fleet,
    env: { account, region },
    stackName: `${fleet.name}-${part}`,
    description: `mirror-fleet ${fleet.name}: ${part}`,
  })
  Tags.of(scope).add('mirror-fleet', fleet.name)
  const archive = new ArchiveStack(scope, 'archive', props('archive'))
  const { vpcId } = fleet.aws.network
  const network =
    vpcId === undefined ? new NetworkStack(scope, 'network', props('network')) : importNetwork(archive, fleet, vpcId)
  const entry = new EntryStack(scope, 'entry', { ...props('entry'), network })
  const { rollbackAlarms } = new ObservabilityStack(scope, 'observability', {
    ...props('observability'),
    balancer: toBalancer(entry),
  })
  const sensors = new SensorsStack(scope, 'sensors', {
    ...props('sensors'),
    agentFolder,
    network,
    entry,
    archive,
    rollbackAlarms,
  })
  // Behind a gateway each account makes its own targets, in its spoke.
  const { mirrorTarget } = entry
  // No session mirrors, and bills, before there is a sensor.
  if (mirrorTarget.kind !== 'gateway')
    new MirrorStack(scope, 'mirror', { ...props('mirror'), mirrorTarget }).addDependency(sensors)
}

const toBalancer = ({ loadBalancer, targetGroup }: EntryStack) =>
  loadBalancer === null || targetGroup === null
    ? null
    : {
        kind: loadBalancer.kind,
        loadBalancerFullName: loadBalancer.fullName,
        targetGroupFullName: targetGroup.fullName,
      }

/** What another account, or another VPC, deploys to mirror to a fleet. */
export function addSpokeStack(scope: Construct, spoke: SpokeDescription): void {
  const { name, account, region } = spoke
  Tags.of(scope).add('mirror-fleet', name)
  new SpokeStack(scope, 'spoke', {
    spoke,
    env: { account, region },
    stackName: `${name}-mirror`,
    description: `mirror-fleet ${name}: traffic mirroring to a fleet`,
  })
}
