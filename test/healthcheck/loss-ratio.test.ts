import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lossRatio } from '../../healthcheck/loss-ratio.ts'

describe('loss ratio of AF_PACKET', () => {
  it.each([
    { packets: 0, drops: 0, loss: 0, why: 'nothing captured, nothing lost' },
    { packets: 1000, drops: 0, loss: 0, why: 'nothing lost' },
    { packets: 1000, drops: 10, loss: 0.01, why: 'packets include the drops' },
    { packets: 1000, drops: 1000, loss: 1, why: 'everything lost' },
    { packets: 112_002_445, drops: 37_214_768, loss: 0.332267, why: 'a published stats.log: not 24.9 %' },
    { packets: 10, drops: 12, loss: 1, why: 'read between the two updates' },
    { packets: 0, drops: 12, loss: 1, why: 'read between the two updates: the drops did happen' },
    { packets: -1, drops: 0, loss: Number.NaN, why: 'a negative count' },
    { packets: 1, drops: -1, loss: Number.NaN, why: 'a negative count' },
    { packets: Number.NaN, drops: 0, loss: Number.NaN, why: 'no number' },
    { packets: 1, drops: Number.NaN, loss: Number.NaN, why: 'no number' },
  ])('$drops of $packets is $loss: $why', ({ packets, drops, loss }) => {
    expect(Number(lossRatio(packets, drops).toFixed(6))).toBe(loss)
  })

  it('lies between 0 and 1 for all counts, and never falls as drops rise', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), fc.maxSafeNat(), (packets, drops, more) => {
        const loss = lossRatio(packets, drops)
        expect(loss).toBeGreaterThanOrEqual(0)
        expect(loss).toBeLessThanOrEqual(1)
        expect(lossRatio(packets, drops + more)).toBeGreaterThanOrEqual(loss)
      }),
    )
  })

  it('is the share of what was sent that could not be read', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (readable, drops) => {
        const sent = readable + drops
        expect(lossRatio(sent, drops)).toBeCloseTo(sent === 0 ? 0 : 1 - readable / sent, 9)
      }),
    )
  })
})
