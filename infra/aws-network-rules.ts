import type { AwsDeployment } from './aws-deployment.ts'
import type { AwsRule } from './aws-deployment-rules.ts'
import { type Complaint, complain } from './complaint.ts'
import { coversCidr } from './ipv4-cidr.ts'

/** Zones of a new VPC, used or kept free: a region has no more, and zones may be added to a fleet later. */
const maximumZones = 6

/** Where the sensors live. */
export const networkRules: readonly AwsRule[] = [
  ({ zones }, { region }) =>
    zones.map(
      (zone, index) =>
        !(zone.startsWith(region) && /^[a-z]$/.test(zone.slice(region.length))) &&
        complain(`zones[${index}]`, zone, `a zone of ${region}, such as ${region}a`),
    ),

  ({ zones }, { network: { vpcId, subnets = [] } }) => (vpcId === undefined ? [] : judgeSubnetZones(zones, subnets)),

  (_, { network: { vpcId, subnets } }) => [
    vpcId === undefined &&
      subnets !== undefined &&
      complain('aws.network.subnets', subnets, 'nothing without vpcId, for a new VPC gets subnets of its own'),
  ],

  ({ vpcCidr, secondaryCidrs, loadBalancer }, { network: { subnets = [], vpcId } }) => {
    const vpcCidrs = [vpcCidr, ...secondaryCidrs]
    return subnets.map(({ cidr }, index) => {
      const path = `aws.network.subnets[${index}].cidr`
      if (cidr !== undefined)
        return !coversCidr(vpcCidrs, cidr) && complain(path, cidr, `within the VPC: ${vpcCidrs.join(', ')}`)
      const allowed = 'the CIDR of the subnet behind a gateway, whose traffic the sensors know by its addresses alone'
      return vpcId !== undefined && loadBalancer.kind === 'gateway' && { path, got: 'nothing', allowed }
    })
  },

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

  ({ vpcCidr }, { network: { vpcId, natGateways } }) => {
    // Two subnets a zone, one for the NAT gateway and one for sensors; without NAT one. AWS makes none below /28.
    const longest = 28 - Math.ceil(Math.log2(maximumZones * (natGateways === 0 ? 1 : 2)))
    return [
      vpcId === undefined &&
        Number(vpcCidr.split('/')[1]) > longest &&
        complain(
          'vpcCidr',
          vpcCidr,
          `/${longest} or larger: a new VPC has room for ${maximumZones} zones with subnets of /28 at least`,
        ),
    ]
  },
]

/** One subnet in each zone: points at those that fit none, or says which zones are left without. */
function judgeSubnetZones(
  zones: readonly string[],
  subnets: NonNullable<AwsDeployment['network']['subnets']>,
): readonly Complaint[] {
  const path = 'aws.network.subnets'
  const taken = subnets.map(({ zone }) => zone)
  const without = zones.filter((zone) => !taken.includes(zone))
  const allowed =
    without.length > 0
      ? `one of zones that has no subnet: ${without.join(', ')}`
      : 'nothing: each of zones has its subnet'
  const surplus = taken.flatMap((zone, index) =>
    zones.includes(zone) && taken.indexOf(zone) === index ? [] : [complain(`${path}[${index}].zone`, zone, allowed)],
  )
  // Zones beyond those that the surplus ones can be given to.
  if (without.length <= surplus.length) return surplus
  const each = `one subnet for each of zones: ${zones.join(', ')}`
  return [...surplus, { path, got: `none in ${without.join(', ')}`, allowed: each }]
}
