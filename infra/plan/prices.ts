import type { InstanceType } from '../aws-deployment.ts'

/** A price in US dollars, and how far it is to be trusted. */
export interface Price {
  readonly dollars: number
  readonly per: string
  /** Where it was read, and as of when. */
  readonly source: string
  readonly date: string
  /** False: nobody quotes AWS's price list for it, so the plan names it among its assumptions. */
  readonly verified: boolean
}

/** All prices are of this region, on demand and without taxes. */
export const priceRegion = 'us-east-1'

/** AWS's price list as others have quoted it; each text names the API. */
const quoted = 'AWS price list, quoted in public text'

export const prices = {
  networkLoadBalancerHour: {
    ...{ dollars: 0.0225, per: 'load balancer hour', source: quoted, date: '2026-10-01', verified: true },
  },
  networkCapacityUnit: {
    ...{ dollars: 0.006, per: 'NLCU hour', source: quoted, date: '2026-10-01', verified: true },
  },
  gatewayLoadBalancerHour: {
    ...{ dollars: 0.0125, per: 'load balancer hour', source: quoted, date: '2026-10-01', verified: true },
  },
  gatewayCapacityUnit: {
    ...{ dollars: 0.004, per: 'GLCU hour', source: quoted, date: '2026-10-01', verified: true },
  },
  gatewayEndpointHour: {
    ...{ dollars: 0.01, per: 'endpoint hour', source: quoted, date: '2025-10-01', verified: true },
  },
  gatewayEndpointGigabyte: {
    ...{ dollars: 0.0035, per: 'GB through an endpoint', source: quoted, date: '2025-10-01', verified: true },
  },
  natGatewayHour: {
    ...{ dollars: 0.045, per: 'NAT gateway hour', source: quoted, date: '2025-10-01', verified: true },
  },
  /** $0.01 in each direction, and both are the fleet's. */
  crossZoneGigabyte: {
    ...{ dollars: 0.02, per: 'GB between zones', source: quoted, date: '2026-10-01', verified: true },
  },
  volumeGibibyteMonth: {
    ...{ dollars: 0.08, per: 'GiB-month of gp3', source: quoted, date: '2023-03-01', verified: true },
  },
  mirrorSessionHour: {
    ...{ dollars: 0.015, per: 'mirrored interface and hour', date: '2024-03', verified: false },
    source: 'the price report of arkime/aws-aio, in no price list that we could read',
  },
  firewallEndpointHour: {
    ...{ dollars: 0.395, per: 'Network Firewall endpoint hour', date: '2026-09-11', verified: false },
    source: 'price list of Tokyo; other texts give the same for us-east-1',
  },
  firewallGigabyte: {
    ...{ dollars: 0.065, per: 'GB through Network Firewall', date: '2026-09-11', verified: false },
    source: 'price list of Tokyo; other texts give the same for us-east-1',
  },
} as const satisfies Record<string, Price>

/** On-demand Linux. Source: karpenter-provider-aws, zz_generated.pricing_aws.go, generated 2026-07-20 from AWS's price list. */
export const instanceDollarsPerHour: Readonly<Record<InstanceType, number>> = {
  'c6in.large': 0.1134,
  'c6in.xlarge': 0.2268,
  'c6in.2xlarge': 0.4536,
  'c6in.4xlarge': 0.9072,
  'c6in.8xlarge': 1.8144,
  'c6in.12xlarge': 2.7216,
  'c6in.16xlarge': 3.6288,
  'c6in.24xlarge': 5.4432,
  'c6in.32xlarge': 7.2576,
}
export const instancePriceDate = '2026-07-20'

const dates = [instancePriceDate, ...Object.values(prices).map(({ date }) => date)].sort()
/** `2023-03-01 to 2026-10-01`: when the oldest and the newest of them were read. */
export const priceDates = `${dates[0]} to ${dates.at(-1)}`
