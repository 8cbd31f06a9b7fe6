import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultFleetLimits, type FleetLimits } from '../../../healthcheck/fleet/fleet-limits.ts'
import { type FleetReason, fleetReasons, judgeFleet } from '../../../healthcheck/fleet/fleet-verdict.ts'
import type { Member } from '../../../healthcheck/fleet/member.ts'
import { type TargetState, targetStates } from '../../../healthcheck/fleet/target-state.ts'
import { reasons } from '../../../healthcheck/verdict.ts'

const zones = ['a', 'b', 'c']

/** Four sensors in two zones, alike and all at work. */
const four = [1, 2, 3, 4].map((number) => member(number))

function member(number: number, change: Partial<Member> = {}): Member {
  const zone = number % 2 === 1 ? 'a' : 'b'
  const work = { packets: 100_000, drops: 0 }
  return { id: `s${number}`, zone, status: 'healthy', targetState: 'healthy', reasons: [], ...work, ...change }
}

/** The four, with some of them changed. */
function fleet(changes: Record<number, Partial<Member>>): readonly Member[] {
  return four.map((one, index) => ({ ...one, ...changes[index + 1] }))
}

const broken = { status: 'unhealthy', targetState: 'unhealthy', reasons: ['capture-blind'] } as const
const wedged = { status: 'unhealthy', targetState: 'unhealthy', reasons: ['suricata-wedged'] } as const
const silent = { status: 'unhealthy', targetState: 'unhealthy', reasons: ['suricata-silent'] } as const
const initial = { targetState: 'initial' } as const
const leaving = { status: 'unhealthy', targetState: 'draining', reasons: ['draining'] } as const

interface Row {
  readonly beyond: readonly Member[]
  readonly finding: { readonly observed: number; readonly limit: number; readonly members: readonly string[] }
  readonly inside: readonly Member[]
  readonly along?: readonly FleetReason[]
  readonly limits?: Partial<FleetLimits>
}

const rows: Record<FleetReason, Row> = {
  'quorum-lost': {
    beyond: [...fleet({ 3: broken, 4: wedged }), member(5, silent)],
    finding: { observed: 0.4, limit: 0.5, members: ['s3', 's4', 's5'] },
    inside: fleet({ 3: broken, 4: wedged }),
  },
  'zone-dark': {
    beyond: fleet({ 2: broken, 4: wedged }),
    finding: { observed: 1, limit: 0, members: ['s2', 's4'] },
    inside: fleet({ 2: broken }),
  },
  imbalance: {
    beyond: fleet({ 1: { packets: 181_000 } }),
    finding: { observed: 181_000 / 120_250, limit: 1.5, members: ['s1'] },
    inside: fleet({ 1: { packets: 180_000 } }),
  },
  'fail-open': {
    beyond: fleet({ 1: broken, 2: wedged, 3: silent, 4: initial }),
    finding: { observed: 0, limit: 1, members: ['s1', 's2', 's3', 's4'] },
    inside: fleet({ 1: broken, 2: wedged, 3: silent }),
    along: ['quorum-lost', 'zone-dark'],
  },
  'fail-open-danger': {
    beyond: fleet({ 1: leaving, 2: leaving, 3: leaving }),
    finding: { observed: 1, limit: 1, members: ['s4'] },
    inside: fleet({ 1: leaving, 2: leaving }),
    along: ['zone-dark'],
  },
  'common-cause': {
    beyond: [...fleet({ 3: broken, 4: broken }), member(5, { ...broken, zone: 'b' })],
    finding: { observed: 0.6, limit: 0.5, members: ['s3', 's4', 's5'] },
    inside: fleet({ 3: broken, 4: broken }),
    along: ['quorum-lost'],
  },
  'view-disagreement': {
    beyond: fleet({ 1: { status: 'unhealthy' }, 4: { targetState: 'unhealthy' } }),
    finding: { observed: 2, limit: 0, members: ['s1', 's4'] },
    inside: fleet({ 1: { status: null }, 4: { status: null, targetState: 'unhealthy' } }),
  },
}
const cases = fleetReasons.map(({ reason, status }) => ({ reason, status, ...rows[reason] }))

function reasonsOf(members: readonly Member[], limits: Partial<FleetLimits> = {}): readonly FleetReason[] {
  return judgeFleet(members, { ...defaultFleetLimits, ...limits }).findings.map(({ reason }) => reason)
}

function findingOf(reason: FleetReason, members: readonly Member[], limits: Partial<FleetLimits> = {}) {
  return judgeFleet(members, { ...defaultFleetLimits, ...limits }).findings.find((one) => one.reason === reason)
}

const members: fc.Arbitrary<readonly Member[]> = fc.uniqueArray(
  fc.record<Member>({
    id: fc.stringMatching(/^i-[0-9a-f]{4}$/),
    zone: fc.constantFrom(...zones),
    status: fc.constantFrom('healthy', 'degraded', 'unhealthy', null),
    targetState: fc.constantFrom(...Object.keys(targetStates).filter(isTargetState)),
    reasons: fc.subarray(reasons.map(({ reason }) => reason)),
    packets: fc.option(fc.oneof(fc.nat({ max: 100_000 }), fc.maxSafeNat(), fc.double()), { nil: null }),
    drops: fc.option(fc.oneof(fc.nat({ max: 100_000 }), fc.double()), { nil: null }),
  }),
  { selector: ({ id }) => id, maxLength: 8 },
)

function isTargetState(word: string): word is TargetState {
  return Object.hasOwn(targetStates, word)
}

describe('each reason', () => {
  it.each(cases)('$reason appears beyond its limit, with its numbers and the members it concerns', (row) => {
    const { reason, status, along = [], finding } = row
    expect(new Set(reasonsOf(row.beyond))).toEqual(new Set([...along, reason]))
    expect(findingOf(reason, row.beyond)).toMatchObject({ reason, status, ...finding })
  })

  it.each(cases)('$reason stays away just inside it', ({ reason, inside }) => {
    expect(reasonsOf(inside)).not.toContain(reason)
  })

  it('stays away from a fleet with which nothing is wrong', () => {
    expect(judgeFleet(four, defaultFleetLimits)).toEqual({
      status: 'healthy',
      findings: [],
      members: 4,
      inService: 4,
      lossRatio: 0,
    })
  })

  it('has a sentence, and is named once', () => {
    expect(new Set(fleetReasons.map(({ reason }) => reason)).size).toBe(fleetReasons.length)
    for (const { meaning } of fleetReasons) expect(meaning).toMatch(/^[A-Z].{20,}\.$/)
  })
})

describe('who is in service', () => {
  it.each<{ why: string; change: Partial<Member>; inService: number }>([
    { why: 'degraded: busy is not broken', change: { status: 'degraded' }, inService: 4 },
    { why: 'a sensor that does not answer us but its load balancer', change: { status: null }, inService: 4 },
    { why: 'not one that calls itself broken', change: { status: 'unhealthy' }, inService: 3 },
    { why: 'not one that is starting', change: { targetState: 'initial' }, inService: 3 },
    { why: 'not one whose flows are being ended', change: { targetState: 'unhealthy.draining' }, inService: 3 },
    { why: 'not one that nobody sends to', change: { targetState: 'unused' }, inService: 3 },
  ])('$why', ({ change, inService }) => {
    expect(judgeFleet(fleet({ 1: change }), defaultFleetLimits).inService).toBe(inService)
  })
})

describe('quorum', () => {
  it('is not lost by a planned scale-in', () => {
    expect(reasonsOf(fleet({ 1: leaving, 2: leaving, 4: leaving }))).not.toContain('quorum-lost')
  })

  it('is not lost by a drain that the load balancer has only noticed as a failing health check', () => {
    const unnoticed = { ...leaving, targetState: 'unhealthy' } as const
    expect(reasonsOf(fleet({ 1: unnoticed, 2: unnoticed, 4: unnoticed }))).not.toContain('quorum-lost')
  })

  it('is lost when sensors never get past initial', () => {
    expect(reasonsOf(fleet({ 1: initial, 2: initial, 3: initial }))).toContain('quorum-lost')
  })
})

describe('zones', () => {
  it('a zone that has lost its last member is dark if the fleet is deployed there', () => {
    const finding = findingOf('zone-dark', four, { expectedZones: ['a', 'c', 'c'] })
    expect(finding).toMatchObject({ observed: 1, limit: 0, members: [], zones: ['c'] })
  })

  it('every dark zone is named once, in order', () => {
    const dark = fleet({ 1: broken, 2: initial, 3: initial, 4: wedged })
    expect(findingOf('zone-dark', dark)).toMatchObject({ observed: 2, zones: ['a', 'b'] })
  })
})

describe('imbalance', () => {
  it('shows in a fleet of two, where the ratio cannot pass 2', () => {
    const two = [member(1, { packets: 100_000 }), member(2, { packets: 0 })]
    expect(findingOf('imbalance', two)).toMatchObject({ observed: 2, members: ['s1'], zones: ['a'] })
  })

  it('needs enough packets to mean anything', () => {
    const few = (packets: number) => [member(1, { packets }), member(2, { packets: 0 })]
    expect(reasonsOf(few(9_999))).not.toContain('imbalance')
    expect(reasonsOf(few(10_000))).toContain('imbalance')
    expect(reasonsOf(few(0), { imbalancePackets: 0 })).not.toContain('imbalance')
  })

  it('leaves out sensors that are meant to get nothing, and those that do not say', () => {
    const idle = fleet({ 2: { ...initial, packets: 0 }, 3: { packets: null }, 4: { packets: Number.NaN } })
    expect(reasonsOf(idle)).not.toContain('imbalance')
  })

  it('of the others is not hidden by one that sends nonsense', () => {
    const lopsided = fleet({ 1: { packets: 900_000 }, 4: { packets: Number.NaN } })
    expect(findingOf('imbalance', lopsided)).toMatchObject({ members: ['s1'] })
  })

  it('names all that are equally busy', () => {
    const six = [...four.map((one) => ({ ...one, packets: 0 })), member(5), member(6)]
    expect(findingOf('imbalance', six)).toMatchObject({ observed: 3, members: ['s5', 's6'] })
  })
})

describe('fail-open', () => {
  it('an empty fleet fails open and has no quorum', () => {
    expect(judgeFleet([], defaultFleetLimits)).toMatchObject({
      status: 'unhealthy',
      findings: [{ reason: 'quorum-lost' }, { reason: 'fail-open', observed: 0, limit: 1 }],
      lossRatio: null,
    })
  })

  it('is the load balancer’s view: a sensor that calls itself broken still counts', () => {
    expect(reasonsOf(four.map((one) => ({ ...one, status: 'unhealthy' as const })))).not.toContain('fail-open')
  })

  it('a raised threshold fails open earlier, and the danger moves with it', () => {
    const limits = { minimumHealthyTargets: 3 }
    expect(reasonsOf(four, limits)).toEqual([])
    expect(reasonsOf(fleet({ 4: broken }), limits)).toEqual(['fail-open-danger'])
    expect(reasonsOf(fleet({ 3: broken, 4: wedged }), limits)).toEqual(['fail-open'])
  })

  it('is never both there and one failure away', () => {
    fc.assert(
      fc.property(members, fc.integer({ min: 0, max: 9 }), (given, minimumHealthyTargets) => {
        const found = reasonsOf(given, { minimumHealthyTargets })
        expect(found.includes('fail-open') && found.includes('fail-open-danger')).toBe(false)
      }),
    )
  })
})

describe('common cause', () => {
  it('names every reason that most share, and the members that show any', () => {
    const both = { ...broken, reasons: ['suricata-silent', 'capture-blind'] } as const
    const shared = fleet({ 1: both, 2: both, 3: both, 4: silent })
    expect(findingOf('common-cause', shared)).toMatchObject({
      observed: 1,
      members: ['s1', 's2', 's3', 's4'],
      sharedReasons: ['suricata-silent', 'capture-blind'],
    })
  })

  it('is not what one sensor alone shows', () => {
    expect(reasonsOf([member(1, broken)])).not.toContain('common-cause')
  })

  it('is neither a scale-in nor a busy hour', () => {
    expect(reasonsOf(four.map((one) => ({ ...one, ...leaving })))).not.toContain('common-cause')
    const busy = { status: 'degraded', reasons: ['drops-critical', 'worker-saturated'] } as const
    expect(reasonsOf(four.map((one) => ({ ...one, ...busy })))).toEqual([])
  })
})

describe('two views', () => {
  it.each<{ status: Member['status']; targetState: TargetState; disagree: boolean }>([
    { status: 'healthy', targetState: 'healthy', disagree: false },
    { status: 'degraded', targetState: 'healthy', disagree: false },
    { status: 'unhealthy', targetState: 'healthy', disagree: true },
    { status: 'healthy', targetState: 'unhealthy', disagree: true },
    { status: 'degraded', targetState: 'unhealthy.draining', disagree: true },
    { status: 'unhealthy', targetState: 'unhealthy', disagree: false },
    { status: 'healthy', targetState: 'initial', disagree: false },
    { status: 'healthy', targetState: 'draining', disagree: false },
    { status: 'healthy', targetState: 'unused', disagree: false },
    { status: 'unhealthy', targetState: 'unavailable', disagree: false },
    { status: null, targetState: 'unhealthy', disagree: false },
  ])('sensor $status, target $targetState: disagree $disagree', ({ status, targetState, disagree }) => {
    expect(reasonsOf(fleet({ 1: { status, targetState } })).includes('view-disagreement')).toBe(disagree)
  })
})

describe('the verdict of any fleet', () => {
  it('does not depend on the order of the members', () => {
    const shuffled = members.chain((given) => {
      const all = fc.shuffledSubarray([...given], { minLength: given.length, maxLength: given.length })
      return fc.tuple(fc.constant(given), all)
    })
    // Whole numbers only: sums of fractions differ in the last bit with the order of addition.
    const counts = (given: readonly Member[]) =>
      given.map((one) => ({
        ...one,
        packets: one.packets === null ? null : Math.trunc(one.packets % 1e9),
        drops: one.drops === null ? null : Math.trunc(one.drops % 1e9),
      }))
    fc.assert(
      fc.property(shuffled, ([given, other]) => {
        expect(judgeFleet(counts(other), defaultFleetLimits)).toEqual(judgeFleet(counts(given), defaultFleetLimits))
      }),
    )
  })

  it('is the worst of its findings, which come in the order of the rules and name only members that exist', () => {
    const order = fleetReasons.map(({ reason }) => reason)
    fc.assert(
      fc.property(members, (given) => {
        const { findings, status } = judgeFleet(given, defaultFleetLimits)
        const found = findings.map(({ reason }) => reason)
        expect(found).toEqual(order.filter((reason) => found.includes(reason)))
        const statuses: readonly string[] = findings.map((finding) => finding.status)
        expect(status).toBe(['unhealthy', 'degraded'].find((one) => statuses.includes(one)) ?? 'healthy')
        const ids = new Set(given.map(({ id }) => id))
        for (const finding of findings) {
          expect(finding.members.every((id) => ids.has(id))).toBe(true)
          expect(Number.isFinite(finding.observed)).toBe(true)
        }
      }),
    )
  })

  it('has one more sensor out of service, and is no better for it', () => {
    const badness = { healthy: 0, degraded: 1, unhealthy: 2 }
    const judged = (given: readonly Member[]) => {
      const { findings } = judgeFleet(given, defaultFleetLimits)
      const capacity = findings.filter(({ reason }) => ['quorum-lost', 'zone-dark', 'fail-open'].includes(reason))
      return Math.max(0, ...capacity.map(({ status }) => badness[status]))
    }
    fc.assert(
      fc.property(
        members.filter((given) => given.length > 0),
        fc.nat(),
        (given, pick) => {
          const failed = given.map((one, index) => (index === pick % given.length ? { ...one, ...broken } : one))
          expect(judged(failed)).toBeGreaterThanOrEqual(judged(given))
        },
      ),
    )
  })

  it('has the loss of the sums, not a mean of ratios', () => {
    const idle = fleet({ 1: { packets: 10, drops: 10 }, 2: { packets: null }, 3: { drops: Number.NaN } })
    expect(judgeFleet(idle, defaultFleetLimits).lossRatio).toBeCloseTo(10 / 100_010, 9)
  })
})
