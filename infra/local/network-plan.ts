/**
 * Where everything of a local region stands: namespaces, links and addresses, as data.
 *
 *   source-1 ─eth0────┐ bridge `vpc`                       sensor-1
 *   source-2 ─eth0────┤ internet (router, resolver, nginx)    │eth0
 *      │mirror0       └                                       │
 *      └────────────────────── load-balancer ─────────────────┘
 *
 * All addresses are of 198.18.0.0/15, which RFC 2544 reserves for tests of network devices, and no link leads to the host.
 */
export interface NetworkPlan {
  readonly regionId: string
  readonly vpcCidr: string
  readonly resolverAddress: string
  readonly webAddress: string
  readonly loadBalancer: { readonly namespace: string; readonly address: string }
  readonly internet: { readonly namespace: string }
  readonly sources: readonly SourceAddress[]
  readonly sensors: readonly SensorAddress[]
}

export interface SourceAddress {
  readonly name: string
  readonly zone: string
  readonly namespace: string
  readonly address: string
  /** The mirror link: encapsulated frames leave from this MAC address … */
  readonly mirrorMac: string
  /** … for this one, which is the load balancer's end. */
  readonly loadBalancerMac: string
}

export interface SensorAddress {
  readonly id: string
  readonly zone: string
  readonly namespace: string
  readonly address: string
}

export interface NetworkMembers {
  readonly sources: readonly { readonly name: string; readonly zone: string }[]
  readonly sensors: readonly { readonly id: string; readonly zone: string }[]
}

/** Namespaces of one region share this prefix; the region id keeps regions that are up at the same time apart. */
export const namespacePrefix = (regionId: string): string => `mf-${regionId}-`

/** Every address below but the web server's is in it; everything outside stands for the internet. */
export const localVpcCidr = '198.18.0.0/16'
const numberBase = 11

/** @returns the plan; at most 200 sources and 200 sensors, for the last octet numbers them */
export function toNetworkPlan(regionId: string, members: NetworkMembers): NetworkPlan {
  const prefix = namespacePrefix(regionId)
  return {
    regionId,
    vpcCidr: localVpcCidr,
    resolverAddress: '198.18.0.2',
    webAddress: '198.19.0.80',
    loadBalancer: { namespace: `${prefix}load-balancer`, address: '198.18.1.10' },
    internet: { namespace: `${prefix}internet` },
    sources: members.sources.map(({ name, zone }, index) => ({
      name,
      zone,
      namespace: `${prefix}${name}`,
      address: `198.18.0.${numberBase + index}`,
      mirrorMac: mac(1, index),
      loadBalancerMac: mac(2, index),
    })),
    sensors: members.sensors.map((sensor, index) => toSensorAddress(prefix, sensor, index)),
  }
}

/** The plan with one sensor more. */
export const withSensor = (plan: NetworkPlan, sensor: NetworkMembers['sensors'][number]): NetworkPlan => ({
  ...plan,
  sensors: [...plan.sensors, toSensorAddress(namespacePrefix(plan.regionId), sensor, plan.sensors.length)],
})

const toSensorAddress = (
  prefix: string,
  { id, zone }: NetworkMembers['sensors'][number],
  index: number,
): SensorAddress => ({
  id,
  zone,
  namespace: `${prefix}${id}`,
  address: `198.18.2.${numberBase + index}`,
})

/** A locally administered unicast address (IEEE 802c), so that no vendor's is imitated. */
const mac = (kind: number, index: number): string => `02:00:5e:00:0${kind}:${(index + 1).toString(16).padStart(2, '0')}`
