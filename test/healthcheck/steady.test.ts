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

const patience: Patience = { fallSeconds: 2, riseSeconds: 1 }
const inService: Readiness = { ready: true, doubtedSeconds: null }

/** The readiness after each verdict, one a second. */
function replay(start: Readiness, kinds: readonly Kind[], given: Patience, from = 100): readonly Readiness[] {
  const states: Readiness[] = []
  for (const [second, kind] of kinds.entries())
    states.push(steady(states.at(-1) ?? start, verdicts[kind], from + second, given))
  return states
}

const kinds = fc.array(fc.constantFrom<Kind>('good', 'degraded', 'bad', 'down', 'draining'), { maxLength: 40 })
const patiences = fc.record({
  fallSeconds: fc.integer({ min: 0, max: 5 }),
  riseSeconds: fc.integer({ min: 0, max: 5 }),
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
    {
      why: 'falls after two seconds of bad ones',
      start: inService,
      kinds: ['bad', 'bad', 'bad'],
      ready: [true, true, false],
    },
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
    expect(steady(inService, both, 100, patience)).toEqual(unproven)
  })

  it('never rises before riseSeconds of good ones in a row, and always then', () => {
    fc.assert(
      fc.property(kinds, patiences, (given, waits) => {
        const states = replay(unproven, given, waits)
        states.forEach(({ ready }, at) => {
          const last = given.slice(Math.max(0, at - waits.riseSeconds), at + 1)
          const proven = last.length === waits.riseSeconds + 1 && last.every(isGood)
          const before = states[at - 1]?.ready ?? false
          if (!before && ready) expect(proven).toBe(true)
          if (proven) expect(ready).toBe(true)
        })
      }),
    )
  })

  it('never falls before fallSeconds of bad ones in a row unless the reason is certain, and always then', () => {
    fc.assert(
      fc.property(kinds, patiences, (given, waits) => {
        const states = replay(inService, given, waits)
        states.forEach(({ ready }, at) => {
          const last = given.slice(Math.max(0, at - waits.fallSeconds), at + 1)
          const broken = last.length === waits.fallSeconds + 1 && !last.some(isGood)
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
        const parts = replay(middle, second, waits, 100 + first.length).at(-1) ?? middle
        expect(parts).toEqual(replay(unproven, [...first, ...second], waits).at(-1) ?? unproven)
      }),
    )
  })

  it('without any patience, readiness is the present verdict', () => {
    fc.assert(
      fc.property(kinds, (given) => {
        const states = replay(unproven, given, { fallSeconds: 0, riseSeconds: 0 })
        expect(states.map(({ ready }) => ready)).toEqual(given.map(isGood))
      }),
    )
  })

  it('counts seconds, not verdicts: rare samples need no more time, frequent ones no less', () => {
    const at = (state: Readiness, ...seconds: readonly number[]) =>
      seconds.reduce((now, second) => steady(now, verdicts.bad, second, patience), state).ready
    expect(at(inService, 100, 103)).toBe(false)
    expect(at(inService, 100, 100.2, 100.4, 100.6, 101.9)).toBe(true)
    // Said twice of one reading, as when a drain begins, it is said once.
    expect(at(inService, 100, 100, 100)).toBe(true)
  })

  it('begins to wait anew when the clock went back, and never waits for ever', () => {
    const doubted = steady(inService, verdicts.bad, 500, patience)
    expect(steady(doubted, verdicts.bad, 3, patience)).toEqual({ ready: true, doubtedSeconds: 3 })
    expect(steady(steady(doubted, verdicts.bad, 3, patience), verdicts.bad, 5, patience).ready).toBe(false)
  })

  it('by default a wedged engine leaves service within ten seconds at one window a second', () => {
    expect(defaultLimits.engineStandstillSeconds + defaultPatience.fallSeconds + 1).toBeLessThan(10)
  })
})

describe('the published verdict', () => {
  it('shows the findings of now beside a readiness that outlasts them', () => {
    const state = steady(inService, verdicts.bad, 100, patience)
    expect(toPublishedVerdict(verdicts.bad, state)).toEqual({ ...verdicts.bad, ready: true })
    expect(toPublishedVerdict(verdicts.good, unproven)).toEqual({ status: 'healthy', findings: [], ready: false })
  })
})
