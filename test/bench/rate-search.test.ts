import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { next, type RateSearch, startSearch, toProbe } from './rate-search.ts'

const settings = { guess: 40_000, factor: 2, precision: 1.06, mostTrials: 30 }

/** Searches a machine that sustains every rate up to the capacity, and no other. */
function searchFor(capacity: number, given = settings): { search: RateSearch; probes: number[] } {
  let search = startSearch(given)
  const probes: number[] = []
  for (let rate = toProbe(search); rate !== null; rate = toProbe(search)) {
    probes.push(rate)
    search = next(search, rate, rate <= capacity)
  }
  return { search, probes }
}

describe('the search for the highest sustained rate', () => {
  it('finds any capacity to the asked precision, from below', () => {
    fc.assert(
      fc.property(fc.double({ min: 500, max: 2_000_000, noNaN: true }), (capacity) => {
        const { search } = searchFor(capacity)
        expect(search.sustained).toBeLessThanOrEqual(capacity)
        expect(capacity / (search.sustained ?? 0)).toBeLessThanOrEqual(settings.precision)
      }),
    )
  })

  it('takes few trials when the guess is good', () => {
    expect(searchFor(105_000, { ...settings, guess: 100_000, factor: 1.25 }).probes).toHaveLength(4)
  })

  it('ends after the most trials, with what it knows', () => {
    const { search, probes } = searchFor(1_000_000, { ...settings, mostTrials: 3 })
    expect(probes).toEqual([40_000, 80_000, 160_000])
    expect(search.sustained).toBe(160_000)
  })

  it('ends after the most trials also where nothing is sustained', () => {
    const { search, probes } = searchFor(0)
    expect(probes).toHaveLength(settings.mostTrials)
    expect(search.sustained).toBeNull()
  })

  it('trusts a failure below what was sustained before', () => {
    const search = next(next(startSearch(settings), 80_000, true), 40_000, false)
    expect(search).toMatchObject({ sustained: null, failed: 40_000 })
    expect(toProbe(search)).toBe(20_000)
  })
})
