import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isIdle, toCurve, toWidth } from '../../../../../infra/local/console/page/links.ts'

describe('links of the fleet picture', () => {
  it('run from card to card, level at both ends', () => {
    const link = { from: { x: 10, y: 20 }, to: { x: 110, y: 60 }, perSecond: 1 }
    expect(toCurve(link)).toBe('M10 20C60 20 60 60 110 60')
  })

  it('are the thicker the more flows, within bounds', () => {
    const rate = fc.double({ min: 0, max: 1e7, noNaN: true })
    fc.assert(
      fc.property(rate, rate, (a, b) => {
        const most = Math.max(a, b)
        expect(toWidth(Math.min(a, b), most)).toBeLessThanOrEqual(toWidth(most, most))
        expect(toWidth(most, most)).toBeLessThanOrEqual(9)
      }),
    )
    expect(toWidth(null, 100)).toBe(toWidth(0, 100))
  })

  it('are idle where nothing flows or nobody knows', () => {
    expect([isIdle(null), isIdle(0), isIdle(0.1)]).toEqual([true, true, false])
  })
})
