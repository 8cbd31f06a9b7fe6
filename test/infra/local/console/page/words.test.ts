import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  toClock,
  toCount,
  toDuration,
  toList,
  toPercent,
  toPrintable,
  toRate,
} from '../../../../../infra/local/console/page/words.ts'

describe('words of the console', () => {
  it('never shows what is unknown as zero, nor what is above zero', () => {
    expect([toRate(null), toRate(null, 'not counted'), toPercent(null)]).toEqual(['unknown', 'not counted', 'unknown'])
    expect([toRate(0), toPercent(0)]).toEqual(['0', '0 %'])
    const above = fc.double({ min: Number.MIN_VALUE, max: 1, noNaN: true })
    fc.assert(fc.property(above, (value) => toRate(value) !== '0' && toPercent(value) !== '0 %'))
  })

  it.each([
    [0.004, '< 0.01'],
    [0.25, '0.25'],
    [7.44, '7.4'],
    [1234.6, '1,235'],
  ])('shows a rate of %d as %s', (perSecond, words) => expect(toRate(perSecond)).toBe(words))

  it.each([
    [1e-7, '< 0.0001 %'],
    [0.00004, '0.004 %'],
    [0.0123, '1.2 %'],
    [0.9999, '> 99.9 %'],
    [1, '100 %'],
  ])('shows a ratio of %d as %s', (ratio, words) => expect(toPercent(ratio)).toBe(words))

  it.each([
    [-5, '0 s'],
    [95_000, '95 s'],
    [305_000, '5 min'],
    [7_200_000, '2 h'],
    [200_000_000, '2 d'],
  ])('shows %d ms as %s', (milliseconds, words) => expect(toDuration(milliseconds)).toBe(words))

  it('counts and lists as a person does', () => {
    expect([toCount(1, 'sensor'), toCount(1200, 'sensor')]).toEqual(['1 sensor', '1,200 sensors'])
    expect([toList([]), toList(['a']), toList(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c'])
  })

  it('shows a time that is none as unknown', () => {
    expect(toClock(Number.NaN)).toBe('unknown')
    expect(toClock(new Date(2026, 0, 2, 3, 4, 5).getTime())).toBe('03:04:05')
  })

  it('leaves no character in a hostile text that is obeyed instead of shown', () => {
    expect(toPrintable('a\u202Eb\u0000c\nd\u2066')).toBe('a\\u202eb\\u0000c\\u000ad\\u2066')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => !/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(toPrintable(text))),
    )
    expect(toPrintable('<b>shop.example</b> ü 東京')).toBe('<b>shop.example</b> ü 東京')
  })
})
