import { defaultFleet, type FleetDescription } from '../fleet.ts'
import { hoursPerMonth } from './cost.ts'
import type { GivenFigures } from './options.ts'
import type { PlanRequest } from './plan.ts'

const defaultPacketBytes = 800
const defaultSources = 10
/** At an internet gateway no packet is longer, whatever the VPC carries inside. */
const defaultMtuBytes = 1500
/** As infra/aws-deployment.ts has them for a fleet that says nothing. */
const deploymentDefaults = { workerBusyPercent: 60, volumeGibibytes: 64, natGateways: 1 }

/**
 * What the command line says, over what the fleet's description says, over the defaults of a deployment.
 * @param fleet null: none was named, and the type and number of its sensors are free
 */
export function toPlanRequest(given: GivenFigures, fleet: FleetDescription | null): PlanRequest {
  const { loadBalancer, zones, sources, trafficMirrorFilter } = fleet ?? defaultFleet
  const aws = fleet?.aws
  const kind = given.loadBalancer ?? loadBalancer.kind
  const zoneCount = given.zones ?? (kind === 'none' ? 1 : zones.length)
  const bytes = given.packetBytes ?? defaultPacketBytes
  return {
    ...{ gbps: given.gbps, packetsPerSecond: given.packetsPerSecond ?? (given.gbps * 1e9) / 8 / bytes },
    sources: given.sources ?? (aws === undefined || sources.length === 0 ? defaultSources : sources.length),
    hours: given.hours ?? hoursPerMonth,
    ...{ loadBalancer: kind, zones: zoneCount },
    instanceType: given.instanceType ?? aws?.instances.instanceType ?? null,
    // A sensor in each zone, and another when one fails.
    minimumInstances: kind === 'none' ? 1 : Math.max(2, zoneCount, fleet?.sensors.minimumCapacity ?? 0),
    maximumInstances: fleet?.sensors.maximumCapacity ?? null,
    workerBusyPercent: aws?.scaling.workerBusyPercent ?? deploymentDefaults.workerBusyPercent,
    volumeGibibytes: aws?.instances.volumeGibibytes ?? deploymentDefaults.volumeGibibytes,
    natGateways: toNatGateways(aws),
    filterRules: given.filterRules ?? trafficMirrorFilter.rules.length,
    sessionsPerInterface: given.sessionsPerInterface ?? 1,
    mtuBytes: given.mtuBytes ?? defaultMtuBytes,
    region: aws?.region ?? null,
  }
}

/** An existing VPC has its own already. */
function toNatGateways(aws: FleetDescription['aws']): number {
  if (aws === undefined) return deploymentDefaults.natGateways
  return aws.network.vpcId === undefined ? aws.network.natGateways : 0
}
