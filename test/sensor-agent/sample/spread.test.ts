import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toSpread } from '../../../sensor-agent/sample/spread.ts'

describe('toSpread', () => {
  it('is nothing of nothing', () => {
    expect(toSpread([])).toBeNull()
  })

  it('has the mean between the least and the most', () => {
    expect(toSpread([1, 2, 6])).toEqual({ max: 6, min: 1, mean: 3 })
    const figures = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1 })
    fc.assert(
      fc.property(figures, (each) => {
        const { max, min, mean } = toSpread(each) ?? { max: 0, min: 1, mean: 0 }
        return min <= mean && mean <= max && each.includes(min) && each.includes(max)
      }),
    )
  })
})
