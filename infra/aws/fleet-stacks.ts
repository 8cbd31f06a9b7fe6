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
import { SpokeEndpointsStack } from './stacks/spoke-endpoints-stack.ts'
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
    new MirrorStack(scope, 'mirror', { ...props('mirror'), mirrorTarget }).addStackDependency(sensors)
}

const toBalancer = ({ loadBalancer, targetGroup }: EntryStack) =>
  loadBalancer === null || targetGroup === null
    ? null
    : {
        kind: loadBalancer.kind,
        loadBalancerFullName: loadBalancer.fullName,
        targetGroupFullName: targetGroup.fullName,
      }

/**
 * What another account, or another VPC, deploys to mirror to a fleet. Behind a gateway its endpoints come first, and are
 * accepted by the fleet's owner before targets and sessions use them.
 */
export function addSpokeStacks(scope: Construct, spoke: SpokeDescription): void {
  const { name, account, region, endpointServiceName } = spoke
  const props = (part: string) => ({
    spoke,
    env: { account, region },
    stackName: `${name}-${part}`,
    description: `mirror-fleet ${name}: ${part}`,
  })
  Tags.of(scope).add('mirror-fleet', name)
  if (endpointServiceName === undefined) {
    new SpokeStack(scope, 'mirror', props('mirror'))
    return
  }
  const endpoints = new SpokeEndpointsStack(scope, 'endpoints', { ...props('endpoints'), endpointServiceName })
  const { endpointIds } = endpoints
  new SpokeStack(scope, 'mirror', { ...props('mirror'), endpointIds }).addStackDependency(endpoints)
}
