import { type InstanceType, toMaximumSources } from '../aws-deployment.ts'
import { toAssumptions } from './assumptions.ts'
import { geneveBytes, instanceTypes, type Load, toSensors, vxlanBytes } from './capacity.ts'
import { type MonthlyDollars, toFirewallDollars, toMonthlyDollars } from './cost.ts'
import { type Limit, toLimits } from './limits.ts'

/** What is to be inspected, and by what kind of fleet. */
export interface PlanRequest {
  /** Of the sources' own packets, all together, while the fleet runs. */
  readonly gbps: number
  readonly packetsPerSecond: number
  /** Mirrored interfaces. */
  readonly sources: number
  /** Of a month. */
  readonly hours: number
  readonly loadBalancer: 'network' | 'gateway' | 'none'
  /** That sources are in, and the sensors behind a load balancer. */
  readonly zones: number
  /** null: the cheapest that fits. */
  readonly instanceType: InstanceType | null
  readonly minimumInstances: number
  /** null: as many as it takes. */
  readonly maximumInstances: number | null
  readonly workerBusyPercent: number
  readonly volumeGibibytes: number
  readonly natGateways: number
  readonly filterRules: number
  readonly sessionsPerInterface: number
  readonly mtuBytes: number
  /** Where the fleet is to be; null where nobody said. */
  readonly region: string | null
}

export interface Plan {
  readonly instanceType: InstanceType
  readonly instances: number
  /** US dollars. */
  readonly monthlyDollars: MonthlyDollars
  readonly limits: readonly Limit[]
  readonly assumptions: readonly string[]
  readonly comparison: Comparison
  /** No limit is crossed. */
  readonly ok: boolean
}

/** The same traffic, inspected otherwise. */
export interface Comparison {
  /** US dollars a month. */
  readonly networkFirewall: number
  /** One instance as the target, without a load balancer; null when none carries the load, or takes so many sources. */
  readonly oneInstance: { readonly instanceType: InstanceType; readonly monthlyDollars: number } | null
}

const toGbps = (packetsPerSecond: number, bytes: number): number => (packetsPerSecond * bytes * 8) / 1e9

function toLoad({ gbps, packetsPerSecond, loadBalancer }: PlanRequest): Load & { readonly mirroredGbps: number } {
  const mirroredGbps = gbps + toGbps(packetsPerSecond, vxlanBytes)
  const geneveGbps = loadBalancer === 'gateway' ? toGbps(packetsPerSecond, geneveBytes) : 0
  return { gbps, packetsPerSecond, mirroredGbps, wireGbps: mirroredGbps + geneveGbps }
}

/** Targets of a load balancer with cross-zone on. */
const maximumTargets = 500
const toMost = ({ loadBalancer, maximumInstances }: PlanRequest): number =>
  loadBalancer === 'none' ? 1 : Math.min(maximumTargets, maximumInstances ?? maximumTargets)

/** Pure. More traffic, sources or hours never make it cheaper, and never turn a limit from crossed to kept. */
export function toPlan(request: PlanRequest): Plan {
  const { plan, limits } = toFleetPlan(request)
  return {
    ...plan,
    limits,
    assumptions: toAssumptions(request),
    comparison: { networkFirewall: toFirewallDollars(request), oneInstance: toOneInstance(request) },
    ok: limits.every(({ ok }) => ok),
  }
}

function toFleetPlan(request: PlanRequest) {
  const { instanceType, minimumInstances, sources, loadBalancer } = request
  const load = toLoad(request)
  const most = toMost(request)
  const needed = (type: InstanceType): number => Math.max(minimumInstances, toSensors(type, load, request))
  const fits = (type: InstanceType): boolean =>
    needed(type) <= most && (loadBalancer !== 'none' || sources <= toMaximumSources(type))
  // 4 GiB are little for a full ruleset: in a fleet, only when asked for.
  const sizes = loadBalancer === 'none' ? instanceTypes : instanceTypes.slice(1)
  const fitting = sizes.filter(fits)
  // The largest is the last to fit, so to fall back on it cannot make more traffic cheaper.
  const types = instanceType !== null ? [instanceType] : fitting.length > 0 ? fitting : sizes.slice(-1)
  const plans = types.map((type) => {
    const fleet = { instanceType: type, instances: Math.min(needed(type), most) }
    return { ...fleet, monthlyDollars: toMonthlyDollars(request, load.mirroredGbps, fleet) }
  })
  const plan = plans.reduce((best, one) => (one.monthlyDollars.total < best.monthlyDollars.total ? one : best))
  const neededInstances = needed(plan.instanceType)
  return { plan, limits: toLimits(request, { ...plan, mirroredGbps: load.mirroredGbps, neededInstances }) }
}

/** What tutorials end with: one interface as the target, sized for the whole load. */
function toOneInstance(request: PlanRequest): Comparison['oneInstance'] {
  const alone = {
    ...request,
    loadBalancer: 'none',
    minimumInstances: 1,
    maximumInstances: 1,
    instanceType: null,
  } as const
  const { plan, limits } = toFleetPlan(alone)
  const carries = limits.every(({ name, ok }) => ok || name === 'packetBytes')
  return carries ? { instanceType: plan.instanceType, monthlyDollars: plan.monthlyDollars.total } : null
}
