import { describe, expect, it } from 'vitest'
import { toEfficiencies } from './fleet-efficiency.ts'

describe('the efficiency of a fleet', () => {
  it('is 1 when the rate grows with the sensors', () => {
    expect(toEfficiencies([10, 20], [20, 40], [30, 60])).toMatchObject({ efficiency2: 1, efficiency3: 1 })
  })

  it('is the median of ratios of the same round, for rounds had different machines', () => {
    expect(toEfficiencies([10, 100, 10], [18, 180, 2], [30, 240, 30])).toMatchObject({
      efficiency2: 0.9,
      efficiency3: 1,
    })
  })
})
