import type { InstanceType } from '../aws-deployment.ts'
import type { PlanRequest } from './plan.ts'
import { instanceDollarsPerHour, prices } from './prices.ts'

/** Hours of a month in AWS's price examples. */
export const hoursPerMonth = 730

/** US dollars a month, by what AWS bills. */
export interface MonthlyDollars {
  readonly instances: number
  readonly storage: number
  readonly loadBalancer: number
  readonly endpoints: number
  readonly mirrorSessions: number
  readonly crossZone: number
  readonly natGateways: number
  readonly total: number
}

export interface Fleet {
  readonly instanceType: InstanceType
  readonly instances: number
}

const toCents = (dollars: number): number => Math.round(dollars * 100) / 100

/** Gigabytes an hour of a rate. AWS's GB are taken as 10^9 bytes, so that no volume comes out too small. */
const toGigabytesPerHour = (gbps: number): number => (gbps / 8) * 3600

/** Outer flows a source makes at most: 128 source ports (aws.md 0.3); each lives 120 s after its last packet. */
const flowsPerSource = 128
const flowIdleSeconds = 120

/** What one capacity unit holds; the dimension that is used most is billed (elasticloadbalancing/pricing). */
const units = {
  network: { newFlowsPerSecond: 400, activeFlows: 50_000, price: prices.networkCapacityUnit },
  gateway: { newFlowsPerSecond: 600, activeFlows: 60_000, price: prices.gatewayCapacityUnit },
} as const

/** @returns capacity units, averaged over an hour */
export function toCapacityUnits(kind: 'network' | 'gateway', gbps: number, sources: number): number {
  const { newFlowsPerSecond, activeFlows } = units[kind]
  const flows = sources * flowsPerSource
  return Math.max(toGigabytesPerHour(gbps), flows / activeFlows, flows / flowIdleSeconds / newFlowsPerSecond)
}

/**
 * @param mirroredGbps in VXLAN: what load balancer and endpoints are paid for
 */
export function toMonthlyDollars(request: PlanRequest, mirroredGbps: number, fleet: Fleet): MonthlyDollars {
  const { hours, zones, sources, loadBalancer, natGateways, volumeGibibytes } = request
  const { instanceType, instances } = fleet
  const gigabytes = toGigabytesPerHour(mirroredGbps) * hours
  const awayShare = (zones - 1) / zones
  const parts = {
    instances: instances * instanceDollarsPerHour[instanceType] * hours,
    storage: instances * volumeGibibytes * prices.volumeGibibyteMonth.dollars * (hours / hoursPerMonth),
    loadBalancer: toLoadBalancerDollars(request, mirroredGbps),
    endpoints:
      loadBalancer === 'gateway'
        ? zones * prices.gatewayEndpointHour.dollars * hours + gigabytes * prices.gatewayEndpointGigabyte.dollars
        : 0,
    mirrorSessions: sources * prices.mirrorSessionHour.dollars * hours,
    crossZone: gigabytes * awayShare * prices.crossZoneGigabyte.dollars,
    natGateways: natGateways * prices.natGatewayHour.dollars * hours,
  }
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0)
  return {
    instances: toCents(parts.instances),
    storage: toCents(parts.storage),
    loadBalancer: toCents(parts.loadBalancer),
    endpoints: toCents(parts.endpoints),
    mirrorSessions: toCents(parts.mirrorSessions),
    crossZone: toCents(parts.crossZone),
    natGateways: toCents(parts.natGateways),
    total: toCents(total),
  }
}

function toLoadBalancerDollars({ loadBalancer, sources, hours }: PlanRequest, mirroredGbps: number): number {
  if (loadBalancer === 'none') return 0
  const base = loadBalancer === 'network' ? prices.networkLoadBalancerHour : prices.gatewayLoadBalancerHour
  return (
    (base.dollars + toCapacityUnits(loadBalancer, mirroredGbps, sources) * units[loadBalancer].price.dollars) * hours
  )
}

/** AWS Network Firewall for the same traffic: one endpoint in each zone. It inspects in line, and is paid by the unmirrored GB. */
export function toFirewallDollars({ gbps, hours, zones }: PlanRequest): number {
  const endpoints = zones * prices.firewallEndpointHour.dollars * hours
  return toCents(endpoints + toGigabytesPerHour(gbps) * hours * prices.firewallGigabyte.dollars)
}
