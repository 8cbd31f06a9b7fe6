import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toRate, toRateWhile, toWindow } from '../../../../infra/local/console/counter-window.ts'
import { readingAt } from '../../../support/console-reading.ts'

/** A reading a second, whose first source has mirrored so much. */
const readings = (...values: readonly (number | null)[]) =>
  values.map((mirrored, second) =>
    readingAt(second * 1000, { sources: [{ name: 'source-1', zone: 'a', mirrored, skipped: 0 }] }),
  )
const pick = ({ sources }: ReturnType<typeof readingAt>): number | null => sources?.[0]?.mirrored ?? null

describe('toRate', () => {
  it.each([
    ['the gain over the time between', [0, 10, 30], 15],
    ['nothing where nothing came', [7, 7, 7], 0],
    ['null from one value alone', [null, 5, null], null],
    ['null when nothing is known', [null, null], null],
    ['the gain across values that are missing', [0, null, null, 30], 10],
    ['what is known to be new after a restart, and nothing negative', [100, 120, 6], 13],
    ['the whole window as time, also for what was known in a part of it', [null, 10, 30], 10],
  ])('is %s', (_, values, expected) => {
    expect(toRate(readings(...values), pick)).toBe(expected)
  })

  it('is never negative, whatever the counter does', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(1e9)), { maxLength: 12 }), (values) => {
        expect(toRate(readings(...values), pick) ?? 0).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('is null for a window without length', () => {
    expect(toRate([readingAt(5), readingAt(5)], () => 1)).toBeNull()
  })
})

describe('toRateWhile', () => {
  it('counts only the steps at whose end it is so', () => {
    const window = readings(0, 10, 30, 60)
    expect(toRateWhile(window, pick, ({ atMilliseconds }) => atMilliseconds >= 2000)).toBe((20 + 30) / 3)
    expect(toRateWhile(window, pick, () => false)).toBe(0)
  })

  it.each([
    ['from one value alone', [null, 5, null]],
    ['when nothing is known', [null, null]],
  ])('is null, not 0, %s', (_, values) => {
    expect(toRateWhile(readings(...values), pick, () => true)).toBeNull()
  })

  it('is all of the gain when it is always so, and never more than that', () => {
    const values = fc.array(fc.option(fc.nat(1e9)), { maxLength: 12 })
    fc.assert(
      fc.property(values, fc.nat(12), (counted, fromSecond) => {
        const window = readings(...counted)
        const whole = toRate(window, pick)
        expect(toRateWhile(window, pick, () => true)).toBe(whole)
        const part = toRateWhile(window, pick, ({ atMilliseconds }) => atMilliseconds >= fromSecond * 1000)
        expect(part === null).toBe(whole === null)
        expect(part ?? 0).toBeGreaterThanOrEqual(0)
        expect(part ?? 0).toBeLessThanOrEqual(whole ?? 0)
      }),
    )
  })
})

describe('toWindow', () => {
  it('reaches back to the newest reading that is old enough, or to the oldest', () => {
    const all = readings(0, 1, 2, 3, 4, 5)
    expect(toWindow(all, 3).map(pick)).toEqual([2, 3, 4, 5])
    expect(toWindow(all, 2.5).map(pick)).toEqual([2, 3, 4, 5])
    expect(toWindow(all, 60).map(pick)).toEqual([0, 1, 2, 3, 4, 5])
    expect(toWindow([], 3)).toEqual([])
  })
})
