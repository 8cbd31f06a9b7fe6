import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../healthcheck/limits.ts'
import {
  defaultPatience,
  type Patience,
  type Readiness,
  steady,
  toPublishedVerdict,
  unproven,
} from '../../healthcheck/steady.ts'
import { judge, type Verdict } from '../../healthcheck/verdict.ts'
import { healthyWindow } from '../support/capture-window.ts'

const verdicts = {
  good: judge(healthyWindow, defaultLimits),
  degraded: judge({ ...healthyWindow, captureDrops: 5_000 }, defaultLimits),
  bad: judge({ ...healthyWindow, engineStandstillSeconds: 60 }, defaultLimits),
  down: judge({ ...healthyWindow, suricataUp: false }, defaultLimits),
  draining: judge({ ...healthyWindow, draining: true }, defaultLimits),
} as const satisfies Record<string, Verdict>
type Kind = keyof typeof verdicts

const patience: Patience = { badToFall: 3, goodToRise: 2 }
const inService: Readiness = { ready: true, streak: 0 }

/** The readiness after each verdict. */
function replay(start: Readiness, kinds: readonly Kind[], given: Patience): readonly Readiness[] {
  const states: Readiness[] = []
  for (const kind of kinds) states.push(steady(states.at(-1) ?? start, verdicts[kind], given))
  return states
}

const kinds = fc.array(fc.constantFrom<Kind>('good', 'degraded', 'bad', 'down', 'draining'), { maxLength: 40 })
const patiences = fc.record({
  badToFall: fc.integer({ min: 1, max: 6 }),
  goodToRise: fc.integer({ min: 1, max: 6 }),
})
const isGood = (kind: Kind | undefined) => kind === 'good' || kind === 'degraded'

describe('readiness over a series of verdicts', () => {
  it.each<{ why: string; start: Readiness; kinds: readonly Kind[]; ready: readonly boolean[] }>([
    { why: 'starts out of service and proves itself', start: unproven, kinds: ['good', 'good'], ready: [false, true] },
    {
      why: 'rises while degraded: busy is not broken',
      start: unproven,
      kinds: ['degraded', 'good'],
      ready: [false, true],
    },
    {
      why: 'starts its proof again after a bad one',
      start: unproven,
      kinds: ['good', 'bad', 'good'],
      ready: [false, false, false],
    },
    { why: 'falls after three bad ones', start: inService, kinds: ['bad', 'bad', 'bad'], ready: [true, true, false] },
    {
      why: 'forgives what a good one interrupts',
      start: inService,
      kinds: ['bad', 'bad', 'good', 'bad', 'bad'],
      ready: [true, true, true, true, true],
    },
    {
      why: 'stays in service while degraded',
      start: inService,
      kinds: ['degraded', 'degraded', 'degraded', 'degraded'],
      ready: [true, true, true, true],
    },
    {
      why: 'a degraded one interrupts bad ones',
      start: inService,
      kinds: ['bad', 'bad', 'degraded', 'bad'],
      ready: [true, true, true, true],
    },
    {
      why: 'falls at once when the engine is down',
      start: inService,
      kinds: ['down', 'good', 'good'],
      ready: [false, false, true],
    },
    { why: 'falls at once when it drains', start: inService, kinds: ['draining'], ready: [false] },
    {
      why: 'a certain reason ends a proof too',
      start: unproven,
      kinds: ['good', 'down', 'good'],
      ready: [false, false, false],
    },
  ])('$why', ({ start, kinds: given, ready }) => {
    expect(replay(start, given, patience).map((state) => state.ready)).toEqual(ready)
  })

  it('a certain reason beside others still acts at once', () => {
    const both = judge(
      { ...healthyWindow, draining: true, engineStandstillSeconds: 60, captureDrops: 9 },
      defaultLimits,
    )
    expect(both.findings.length).toBeGreaterThan(1)
    expect(steady(inService, both, patience)).toEqual(unproven)
  })

  it('never rises before goodToRise good ones in a row, and always then', () => {
    fc.assert(
      fc.property(kinds, patiences, (given, waits) => {
        const states = replay(unproven, given, waits)
        states.forEach(({ ready }, at) => {
          const last = given.slice(Math.max(0, at + 1 - waits.goodToRise), at + 1)
          const proven = last.length === waits.goodToRise && last.every(isGood)
          const before = states[at - 1]?.ready ?? false
          if (!before && ready) expect(proven).toBe(true)
          if (proven) expect(ready).toBe(true)
        })
      }),
    )
  })

  it('never falls before badToFall bad ones in a row unless the reason is certain, and always then', () => {
    fc.assert(
      fc.property(kinds, patiences, (given, waits) => {
        const states = replay(inService, given, waits)
        states.forEach(({ ready }, at) => {
          const last = given.slice(Math.max(0, at + 1 - waits.badToFall), at + 1)
          const broken = last.length === waits.badToFall && !last.some(isGood)
          const certain = given[at] === 'down' || given[at] === 'draining'
          const before = states[at - 1]?.ready ?? true
          if (before && !ready) expect(broken || certain).toBe(true)
          if (broken || certain) expect(ready).toBe(false)
        })
      }),
    )
  })

  it('a series replayed in two parts ends where it ends in one: the state holds all that matters', () => {
    fc.assert(
      fc.property(kinds, kinds, patiences, (first, second, waits) => {
        const middle = replay(unproven, first, waits).at(-1) ?? unproven
        const parts = replay(middle, second, waits).at(-1) ?? middle
        expect(parts).toEqual(replay(unproven, [...first, ...second], waits).at(-1) ?? unproven)
      }),
    )
  })

  it('with a patience of one, readiness is the present verdict', () => {
    fc.assert(
      fc.property(kinds, (given) => {
        const states = replay(unproven, given, { badToFall: 1, goodToRise: 1 })
        expect(states.map(({ ready }) => ready)).toEqual(given.map(isGood))
      }),
    )
  })

  it('the streak stays below what would have changed the readiness', () => {
    fc.assert(
      fc.property(kinds, patiences, (given, waits) => {
        for (const { ready, streak } of replay(unproven, given, waits)) {
          expect(streak).toBeLessThan(ready ? waits.badToFall : waits.goodToRise)
        }
      }),
    )
  })

  it('by default a wedged engine leaves service within ten seconds at one window a second', () => {
    expect(defaultLimits.engineStandstillSeconds + defaultPatience.badToFall).toBeLessThan(10)
  })
})

describe('the published verdict', () => {
  it('shows the findings of now beside a readiness that outlasts them', () => {
    const state = steady(inService, verdicts.bad, patience)
    expect(toPublishedVerdict(verdicts.bad, state)).toEqual({ ...verdicts.bad, ready: true })
    expect(toPublishedVerdict(verdicts.good, unproven)).toEqual({ status: 'healthy', findings: [], ready: false })
  })
})
