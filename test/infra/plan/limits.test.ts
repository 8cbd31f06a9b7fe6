import { describe, expect, it } from 'vitest'
import { toLimits } from '../../../infra/plan/limits.ts'
import type { PlanRequest } from '../../../infra/plan/plan.ts'

const request: PlanRequest = {
  ...{ gbps: 1, packetsPerSecond: 1000, sources: 10, hours: 730, loadBalancer: 'network', zones: 2 },
  ...{ instanceType: null, minimumInstances: 2, maximumInstances: 6, workerBusyPercent: 60, volumeGibibytes: 64 },
  ...{ natGateways: 1, filterRules: 4, sessionsPerInterface: 1, mtuBytes: 1500, region: null },
}
const planned = { instanceType: 'c6in.xlarge', neededInstances: 1, mirroredGbps: 1 } as const

type Case = {
  readonly name: string
  readonly limit: number
  readonly atLimit: Partial<PlanRequest & typeof planned>
  readonly beyond: Partial<PlanRequest & { neededInstances: number; mirroredGbps: number }>
}

const cases: readonly Case[] = [
  { name: 'sessionsPerInterface', limit: 3, atLimit: { sessionsPerInterface: 3 }, beyond: { sessionsPerInterface: 4 } },
  { name: 'sessionsPerAccount', limit: 10_000, atLimit: { sources: 10_000 }, beyond: { sources: 10_001 } },
  { name: 'rulesPerFilter', limit: 10, atLimit: { filterRules: 10 }, beyond: { filterRules: 12 } },
  { name: 'targetsWithCrossZone', limit: 500, atLimit: {}, beyond: { maximumInstances: null, neededInstances: 501 } },
  { name: 'maximumCapacity', limit: 6, atLimit: {}, beyond: { neededInstances: 7 } },
  {
    ...{ name: 'gbpsPerEndpoint', limit: 100, atLimit: { loadBalancer: 'gateway' } },
    beyond: { loadBalancer: 'gateway', mirroredGbps: 200.1 },
  },
  {
    ...{ name: 'sourcesPerInterface', limit: 10, atLimit: { loadBalancer: 'none' } },
    beyond: { loadBalancer: 'none', sources: 11 },
  },
  {
    ...{ name: 'sensorsOfOneTarget', limit: 1, atLimit: { loadBalancer: 'none' } },
    beyond: { loadBalancer: 'none', neededInstances: 2 },
  },
  { name: 'packetBytes', limit: 8500, atLimit: { mtuBytes: 8500 }, beyond: { mtuBytes: 8501 } },
]

const limitsOf = (change: object) => toLimits({ ...request, ...change }, { ...planned, ...change })

describe('each limit', () => {
  it.each(cases)('$name: $limit is still allowed, and more is not', ({ name, limit, atLimit, beyond }) => {
    expect(limitsOf(atLimit).find((one) => one.name === name)).toMatchObject({ limit, ok: true })
    expect(
      limitsOf(beyond)
        .filter(({ ok }) => !ok)
        .map((one) => one.name),
    ).toEqual([name])
  })

  it('has a case here, and a sentence', () => {
    const names = ['network', 'gateway', 'none'].flatMap((loadBalancer) => limitsOf({ loadBalancer }))
    expect(new Set(names.map(({ name }) => name))).toEqual(new Set(cases.map(({ name }) => name)))
    for (const { meaning } of names) expect(meaning).toMatch(/^[A-Z].{20,}\.$/)
  })

  it('of packets is that of the way they take', () => {
    const limit = (loadBalancer: string) => limitsOf({ loadBalancer }).find(({ name }) => name === 'packetBytes')?.limit
    expect(['network', 'gateway', 'none'].map(limit)).toEqual([8500, 8446, 8947])
  })
})
