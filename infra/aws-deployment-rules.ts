import type { AwsDeployment } from './aws-deployment.ts'
import { type Complaint, toGot } from './complaint.ts'
import type { FleetDescription } from './fleet.ts'
import { judgeAwsSources } from './mirror-sources.ts'

/** Sources of one interface as a target; more only for the largest sizes (aws.md 1.5). */
const toMaxSources = (instanceType: string): number => (instanceType === 'c6in.32xlarge' ? 100 : 10)

type Rule = (fleet: FleetDescription, aws: AwsDeployment) => readonly (Complaint | false)[]

const complain = (path: string, got: unknown, allowed: string): Complaint => ({ path, got: toGot(got), allowed })

/** What the fields must agree on where the fleet is AWS's. Row order is the order of the complaints. */
const rules: readonly Rule[] = [
  ({ zones }, { region }) =>
    zones.map(
      (zone, index) =>
        !(zone.startsWith(region) && /^[a-z]$/.test(zone.slice(region.length))) &&
        complain(`zones[${index}]`, zone, `a zone of ${region}, such as ${region}a`),
    ),

  ({ zones }, { network: { vpcId, subnets } }) => [
    vpcId !== undefined &&
      (subnets?.length !== zones.length || zones.some((zone) => !subnets.some((subnet) => subnet.zone === zone))) &&
      complain('aws.network.subnets', subnets ?? 'nothing', `one subnet for each of zones: ${zones.join(', ')}`),
    vpcId === undefined &&
      subnets !== undefined &&
      complain('aws.network.subnets', subnets, 'nothing without vpcId, for a new VPC gets subnets of its own'),
  ],

  ({ zones }, { network: { vpcId, natGateways }, instances }) => [
    vpcId === undefined &&
      natGateways > zones.length &&
      complain('aws.network.natGateways', natGateways, `0..${zones.length}, at most one for each zone`),
    vpcId === undefined &&
      natGateways === 0 &&
      instances.imageId === undefined &&
      complain(
        'aws.network.natGateways',
        natGateways,
        '1 or more, unless aws.instances.imageId names an AMI with Suricata',
      ),
  ],

  ({ zones, vpcCidr }, { network: { vpcId, natGateways } }) => {
    // Two subnets a zone, one for the NAT gateway and one for sensors; without NAT one. AWS makes none below /28.
    const longest = 28 - Math.ceil(Math.log2(zones.length * (natGateways === 0 ? 1 : 2)))
    return [
      vpcId === undefined &&
        Number(vpcCidr.split('/')[1]) > longest &&
        complain(
          'vpcCidr',
          vpcCidr,
          `/${longest} or larger: a new VPC of ${zones.length} zones has subnets of /28 at least`,
        ),
    ]
  },

  ({ sources }) => judgeAwsSources(sources),

  ({ loadBalancer, zones, sensors, sources }, { instances, consumerAccounts }) => {
    if (loadBalancer.kind !== 'none') return []
    const max = toMaxSources(instances.instanceType)
    return [
      zones.length > 1 && complain('zones', zones, 'one zone where loadBalancer.kind is "none"'),
      sensors.maximumCapacity > 1 &&
        complain('sensors.maximumCapacity', sensors.maximumCapacity, '1 where loadBalancer.kind is "none"'),
      sources.length > max &&
        complain('sources', `a list of ${sources.length}`, `at most ${max} for one ${instances.instanceType}`),
      instances.warmPool !== undefined &&
        complain(
          'aws.instances.warmPool',
          instances.warmPool,
          'nothing where loadBalancer.kind is "none": there is one interface',
        ),
      consumerAccounts.length > 0 &&
        complain('aws.consumerAccounts', consumerAccounts, 'an empty list where loadBalancer.kind is "none"'),
    ]
  },

  ({ loadBalancer, sources }) => [
    loadBalancer.kind === 'gateway' &&
      sources.length > 0 &&
      complain(
        'sources',
        `a list of ${sources.length}`,
        'an empty list behind a gateway: sources are listed in a spoke description',
      ),
  ],
]

/** @returns every complaint about `aws` and the fields that it must fit; without `aws` only that there is something to mirror. */
export const judgeAwsDeployment = (fleet: FleetDescription): Complaint[] => {
  const { aws } = fleet
  if (aws === undefined) return fleet.sources.length > 0 ? [] : [complain('sources', [], 'at least one source')]
  return rules.flatMap((rule) => rule(fleet, aws)).filter((complaint) => complaint !== false)
}
