import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPace } from '../../../load/send/pace.ts'

/** Plays a pace against a clock of our own that is late now and then; returns when each burst went. */
function play(perSecond: number, seconds: number, lateness: (wait: number) => number) {
  const pace = createPace(perSecond, 0)
  const bursts: { at: number; units: number }[] = []
  let now = 0
  let waits = 0
  for (let turn = 0; now < seconds * 1000 && turn < 1_000_000; turn++) {
    const wait = pace.wait(now)
    if (wait > 0) {
      now += wait + lateness(waits++)
      continue
    }
    const units = Math.ceil(pace.burst)
    pace.sent(units, now)
    bursts.push({ at: now, units })
    now += 0.001
  }
  return bursts
}
const total = (bursts: readonly { units: number }[]) => bursts.reduce((sum, { units }) => sum + units, 0)

describe('the pace', () => {
  it.each([[10], [1000], [20_000], [1_000_000]])(
    'keeps %i a second within 1 percent although timers are late',
    (perSecond) => {
      const seconds = perSecond < 1000 ? 100 : 2
      const sent = total(play(perSecond, seconds, (wait) => (wait % 7) / 10))
      expect(sent / seconds / perSecond).toBeGreaterThan(0.99)
      expect(sent / seconds / perSecond).toBeLessThan(1.01)
    },
  )

  it('sends half a millisecond of traffic at once, and at most twice the rate over any longer time, late wake-ups aside', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2000, max: 1_000_000 }), fc.integer({ min: 1, max: 400 }), (perSecond, pause) => {
        const bursts = play(perSecond, 1, (wait) => (wait === 20 ? pause : 0))
        const burst = Math.ceil(perSecond / 2000)
        expect(Math.max(...bursts.map(({ units }) => units))).toBeLessThanOrEqual(burst)
        const window = 10
        for (let first = 0, next = 0, sum = 0; next < bursts.length; next++) {
          sum += bursts[next]?.units ?? 0
          while ((bursts[next]?.at ?? 0) - (bursts[first]?.at ?? 0) > window) sum -= bursts[first++]?.units ?? 0
          expect(sum).toBeLessThanOrEqual((2 * perSecond * (window + 2)) / 1000 + 2 * burst)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('makes up for a pause, and gives up what it missed by more than half a second', () => {
    const sentAfter = (pause: number) => total(play(10_000, 4, (wait) => (wait === 5 ? pause : 0)))
    expect(sentAfter(400)).toBeGreaterThan(39_500)
    expect(sentAfter(1500)).toBeLessThan(31_000)
  })

  it('waits for nothing without a rate', () => {
    const pace = createPace(null, 0)
    expect([pace.wait(0), pace.burst]).toEqual([0, Number.POSITIVE_INFINITY])
  })
})
