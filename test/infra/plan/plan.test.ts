import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instanceTypes, packetsPerSecondPerVcpu } from '../../../infra/plan/capacity.ts'
import { type PlanRequest, toPlan } from '../../../infra/plan/plan.ts'

const request: PlanRequest = {
  ...{ gbps: 20, packetsPerSecond: 3_125_000, sources: 200, hours: 730, loadBalancer: 'network', zones: 2 },
  ...{ instanceType: null, minimumInstances: 2, maximumInstances: null, workerBusyPercent: 60, volumeGibibytes: 64 },
  ...{ natGateways: 1, filterRules: 4, sessionsPerInterface: 1, mtuBytes: 1500, region: null },
}
const plan = (change: Partial<PlanRequest>) => toPlan({ ...request, ...change })

describe('the number and type of sensors', () => {
  it.each<[string, Partial<PlanRequest>, number, string]>([
    [
      'bandwidth, where packets are large',
      { gbps: 8, packetsPerSecond: 1000, instanceType: 'c6in.xlarge' },
      4,
      'c6in.xlarge',
    ],
    [
      'packets, where they are small',
      { gbps: 0.1, packetsPerSecond: 3 * 4 * packetsPerSecondPerVcpu * 0.6, instanceType: 'c6in.xlarge' },
      ...([3, 'c6in.xlarge'] as const),
    ],
    ['the least that a fleet may have', { gbps: 0.1, packetsPerSecond: 1, minimumInstances: 3 }, 3, 'c6in.xlarge'],
    [
      'one sensor without a load balancer',
      { gbps: 10, packetsPerSecond: 1, loadBalancer: 'none', sources: 5, minimumInstances: 1 },
      1,
      'c6in.8xlarge',
    ],
    ['the largest type, once others are too many', { gbps: 25_000, packetsPerSecond: 1 }, 417, 'c6in.32xlarge'],
  ])('follow from %s', (_what, change, instances, instanceType) => {
    expect(plan(change)).toMatchObject({ instances, instanceType })
  })

  it('leave the smallest type to those who ask for it', () => {
    expect(plan({ gbps: 0.1, packetsPerSecond: 1 }).instanceType).toBe('c6in.xlarge')
    expect(plan({ gbps: 0.1, packetsPerSecond: 1, instanceType: 'c6in.large' }).instanceType).toBe('c6in.large')
  })
})

describe('what it costs', () => {
  it('is by hand: 1 Gbps of 1250-byte packets, 10 sources, two zones, all month', () => {
    const { monthlyDollars, comparison } = plan({ gbps: 1, packetsPerSecond: 100_000, sources: 10 })
    // 1 Gbps + 54 bytes a packet = 1.0432 Gbps = 469.44 GB/h, half of it to the other zone.
    const gigabytes = 469.44 * 730
    const instances = 2 * 0.2268 * 730
    const loadBalancer = (0.0225 + 469.44 * 0.006) * 730
    const crossZone = (gigabytes / 2) * 0.02
    expect(monthlyDollars.instances).toBeCloseTo(instances, 2)
    expect(monthlyDollars.loadBalancer).toBeCloseTo(loadBalancer, 2)
    expect(monthlyDollars.crossZone).toBeCloseTo(crossZone, 2)
    expect(monthlyDollars).toMatchObject({ storage: 10.24, endpoints: 0, mirrorSessions: 109.5, natGateways: 32.85 })
    expect(monthlyDollars.total).toBeCloseTo(instances + 10.24 + loadBalancer + 109.5 + crossZone + 32.85, 2)
    expect(comparison.networkFirewall).toBeCloseTo(2 * 0.395 * 730 + 450 * 730 * 0.065, 2)
  })

  it('has endpoints behind a gateway, by the zone and by the GB', () => {
    const { monthlyDollars } = plan({ gbps: 1, packetsPerSecond: 100_000, loadBalancer: 'gateway', zones: 1 })
    expect(monthlyDollars.endpoints).toBeCloseTo((0.01 + 469.44 * 0.0035) * 730, 2)
    expect(monthlyDollars.loadBalancer).toBeCloseTo((0.0125 + 469.44 * 0.004) * 730, 2)
    expect(monthlyDollars.crossZone).toBe(0)
  })

  it('follows the flows where they are more than the bytes', () => {
    const idle = { gbps: 0.001, packetsPerSecond: 1, sources: 10_000, zones: 1 }
    // 10,000 sources x 128 flows / 120 s / 400 new flows a second.
    expect(plan(idle).monthlyDollars.loadBalancer).toBeCloseTo((0.0225 + (1_280_000 / 120 / 400) * 0.006) * 730, 2)
  })

  it('compares with one instance only where one carries the load', () => {
    const small = { gbps: 1, packetsPerSecond: 1000, sources: 10 }
    expect(plan(small).comparison.oneInstance?.instanceType).toBe('c6in.large')
    expect(plan({ ...small, sources: 11 }).comparison.oneInstance?.instanceType).toBe('c6in.32xlarge')
    expect(plan({ ...small, sources: 101 }).comparison.oneInstance).toBeNull()
    expect(plan({ ...small, gbps: 65 }).comparison.oneInstance).toBeNull()
  })
})

const requests: fc.Arbitrary<PlanRequest> = fc.record({
  gbps: fc.double({ min: 0.001, max: 40_000, noNaN: true }),
  packetsPerSecond: fc.double({ min: 1, max: 1e10, noNaN: true }),
  sources: fc.integer({ min: 1, max: 100_000 }),
  hours: fc.integer({ min: 1, max: 744 }),
  loadBalancer: fc.constantFrom('network', 'gateway', 'none'),
  zones: fc.integer({ min: 1, max: 6 }),
  instanceType: fc.option(fc.constantFrom(...instanceTypes), { nil: null }),
  minimumInstances: fc.integer({ min: 1, max: 6 }),
  maximumInstances: fc.option(fc.integer({ min: 1, max: 500 }), { nil: null }),
  workerBusyPercent: fc.integer({ min: 10, max: 90 }),
  volumeGibibytes: fc.integer({ min: 16, max: 1024 }),
  natGateways: fc.integer({ min: 0, max: 6 }),
  filterRules: fc.integer({ min: 1, max: 20 }),
  sessionsPerInterface: fc.integer({ min: 1, max: 5 }),
  mtuBytes: fc.integer({ min: 576, max: 9001 }),
  region: fc.constantFrom(null, 'us-east-1', 'eu-central-1'),
})

const growing = ['gbps', 'packetsPerSecond', 'sources', 'hours'] as const
const cases = fc.tuple(requests, fc.constantFrom(...growing), fc.double({ min: 1, max: 50, noNaN: true }))
const grow = (given: PlanRequest, what: (typeof growing)[number], factor: number): PlanRequest => ({
  ...given,
  [what]: what === 'sources' || what === 'hours' ? Math.round(given[what] * factor) : given[what] * factor,
})

describe('more traffic, more packets, more sources, more hours', () => {
  it('are never cheaper, nor in the comparison', () => {
    fc.assert(
      fc.property(cases, ([given, what, factor]) => {
        const [before, after] = [toPlan(given), toPlan(grow(given, what, factor))]
        expect(after.monthlyDollars.total).toBeGreaterThanOrEqual(before.monthlyDollars.total)
        expect(after.comparison.networkFirewall).toBeGreaterThanOrEqual(before.comparison.networkFirewall)
        // Once one instance is not enough, it never is again.
        if (before.comparison.oneInstance === null) expect(after.comparison.oneInstance).toBeNull()
      }),
      { numRuns: 1000 },
    )
  })

  it('never turn a limit from crossed to kept', () => {
    fc.assert(
      fc.property(cases, ([given, what, factor]) => {
        const [before, after] = [toPlan(given), toPlan(grow(given, what, factor))]
        const crossed = (limits: typeof before.limits) => limits.filter(({ ok }) => !ok).map(({ name }) => name)
        expect(crossed(after.limits)).toEqual(expect.arrayContaining(crossed(before.limits)))
        expect(before.ok).toBe(crossed(before.limits).length === 0)
      }),
      { numRuns: 1000 },
    )
  })

  it('always come out in finite figures whose parts make the total', () => {
    fc.assert(
      fc.property(requests, (given) => {
        const { monthlyDollars, instances } = toPlan(given)
        const { total, ...parts } = monthlyDollars
        const sum = Object.values(parts).reduce((a, b) => a + b, 0)
        expect(Math.abs(total - sum)).toBeLessThanOrEqual(0.05 + total * 1e-9)
        expect(instances).toBeGreaterThanOrEqual(1)
        expect(Number.isFinite(total)).toBe(true)
      }),
    )
  })
})
