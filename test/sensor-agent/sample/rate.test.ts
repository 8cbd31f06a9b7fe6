import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toRate, toTotal } from '../../../sensor-agent/sample/rate.ts'

const counters = (atSeconds: number, ...values: readonly number[]) => ({ atSeconds, values })
const counts = fc.tuple(fc.nat(1000), fc.nat(1000))

describe('a rate', () => {
  it.each([
    ['both went on', [5, 1], [8, 1], [3, 0]],
    ['nothing moved', [5, 1], [5, 1], [0, 0]],
    ['both went back', [5, 1], [2, 0], [2, 0]],
    ['one went back, and the other has overtaken', [5, 4], [9, 1], [9, 1]],
    ['there were none before', [], [9, 1], [9, 1]],
  ] as const)('when %s', (_, before, after, expected) => {
    expect(toRate(counters(1, ...before), counters(3, ...after))).toEqual({ seconds: 2, counts: expected })
  })

  it('is never negative, nor is its time', () => {
    fc.assert(
      fc.property(counts, counts, fc.nat(), fc.nat(), (before, after, from, to) => {
        const rate = toRate(counters(from, ...before), counters(to, ...after))
        expect([rate.seconds, ...rate.counts].every((value) => value >= 0)).toBe(true)
      }),
    )
  })
})

describe('a total', () => {
  it('of counters that only grow is last less first', () => {
    fc.assert(
      fc.property(fc.array(counts, { minLength: 2 }), (steps) => {
        let sum = [0, 0]
        const readings = steps.map(([a, b], index) => {
          sum = [(sum[0] ?? 0) + a, (sum[1] ?? 0) + b]
          return counters(index, ...sum)
        })
        const [first, last] = [readings[0], readings.at(-1)]
        const grown = last?.values.map((value, index) => value - (first?.values[index] ?? 0))
        expect(toTotal(readings)).toEqual({ seconds: steps.length - 1, counts: grown })
      }),
    )
  })

  it('counts before and after a restart, each from where it began', () => {
    const readings = [counters(0, 100, 10), counters(1, 150, 15), counters(2, 7, 0), counters(3, 20, 1)]
    expect(toTotal(readings)).toEqual({ seconds: 3, counts: [50 + 7 + 13, 5 + 0 + 1] })
  })

  it('needs two readings', () => {
    expect(toTotal([])).toBeNull()
    expect(toTotal([counters(0, 1)])).toBeNull()
  })
})
