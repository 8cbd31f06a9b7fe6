import { type InstanceType, toMaximumSources } from '../aws-deployment.ts'
import type { PlanRequest } from './plan.ts'

/** A figure of the plan against what AWS, or the fleet's own description, allows. */
export interface Limit {
  readonly name: string
  readonly value: number
  readonly limit: number
  readonly ok: boolean
  /** Where the limit comes from, and what happens beyond it. */
  readonly meaning: string
}

export interface Planned {
  readonly instanceType: InstanceType
  /** In VXLAN, as endpoints carry it. */
  readonly mirroredGbps: number
  /** Sensors of this type that the load asks for, whether there can be so many or not. */
  readonly neededInstances: number
}

interface LimitRule {
  readonly name: string
  readonly meaning: string
  /** null: says nothing about this plan. */
  readonly measure: (
    request: PlanRequest,
    planned: Planned,
  ) => { readonly value: number; readonly limit: number } | null
}

/** Bytes of an inner packet that arrive whole (aws.md 1.2). */
const packetBytes = { network: 8500, gateway: 8446, none: 8947 } as const

/** Not adjustable unless said otherwise. Row order is report order. */
const rules: readonly LimitRule[] = [
  {
    name: 'sessionsPerInterface',
    meaning: 'Traffic mirror sessions of one source interface, others’ included (Traffic Mirroring quotas).',
    measure: ({ sessionsPerInterface }) => ({ value: sessionsPerInterface, limit: 3 }),
  },
  {
    name: 'sessionsPerAccount',
    meaning: 'Traffic mirror sessions of an account (Traffic Mirroring quotas); spread the sources over accounts.',
    measure: ({ sources }) => ({ value: sources, limit: 10_000 }),
  },
  {
    name: 'rulesPerFilter',
    meaning:
      'Rules of a traffic mirror filter (Traffic Mirroring quotas); internet-only has one per CIDR and direction, and two more.',
    measure: ({ filterRules }) => ({ value: filterRules, limit: 10 }),
  },
  {
    name: 'targetsWithCrossZone',
    meaning: 'Targets of a network load balancer with cross-zone on (NLB quotas); take a larger instance type.',
    measure: ({ loadBalancer }, { neededInstances }) =>
      loadBalancer === 'none' ? null : { value: neededInstances, limit: 500 },
  },
  {
    name: 'maximumCapacity',
    meaning: 'Sensors that the fleet’s own description allows (sensors.maximumCapacity).',
    measure: ({ maximumInstances }, { neededInstances }) =>
      maximumInstances === null ? null : { value: neededInstances, limit: maximumInstances },
  },
  {
    name: 'gbpsPerEndpoint',
    meaning: 'Gbps of a gateway load balancer endpoint, one in each zone (Traffic Mirroring quotas).',
    measure: ({ loadBalancer, zones }, { mirroredGbps }) =>
      loadBalancer === 'gateway' ? { value: mirroredGbps / zones, limit: 100 } : null,
  },
  {
    name: 'sourcesPerInterface',
    meaning: 'Sources of one interface as a target (Traffic Mirroring quotas); more need a load balancer.',
    measure: ({ loadBalancer, sources }, { instanceType }) =>
      loadBalancer === 'none' ? { value: sources, limit: toMaximumSources(instanceType) } : null,
  },
  {
    name: 'sensorsOfOneTarget',
    meaning: 'Sensors that the load needs where one interface is the target; a larger type, or a load balancer.',
    measure: ({ loadBalancer }, { neededInstances }) =>
      loadBalancer === 'none' ? { value: neededInstances, limit: 1 } : null,
  },
  {
    name: 'packetBytes',
    meaning:
      'Largest packet of a source, its MTU, that is mirrored whole; longer ones are cut, or lost behind a gateway.',
    measure: ({ loadBalancer, mtuBytes }) => ({ value: mtuBytes, limit: packetBytes[loadBalancer] }),
  },
]

/** Every limit that concerns this plan. */
export const toLimits = (request: PlanRequest, planned: Planned): readonly Limit[] =>
  rules.flatMap(({ name, meaning, measure }) => {
    const measured = measure(request, planned)
    return measured === null ? [] : [{ name, ...measured, ok: measured.value <= measured.limit, meaning }]
  })
