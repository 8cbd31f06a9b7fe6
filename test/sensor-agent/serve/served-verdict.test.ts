import { describe, expect, it } from 'vitest'
import { toServedVerdict } from '../../../sensor-agent/serve/served-verdict.ts'

const healthy = { ready: true, status: 'healthy', findings: [] } as const
const diskLow = { reason: 'disk-low', status: 'degraded', observed: 0.01, limit: 0.1 } as const
const degraded = { ready: true, status: 'degraded', findings: [diskLow] } as const
const stale = (observed: number, limit: number) =>
  ({ reason: 'verdict-stale', status: 'unhealthy', observed, limit }) as const

describe('toServedVerdict', () => {
  it.each([
    ['as it was while fresh', degraded, 3, degraded],
    ['as it was at the very limit', healthy, 15, healthy],
    ['not ready past the limit', healthy, 15.1, { ready: false, status: 'unhealthy', findings: [stale(15.1, 15)] }],
    [
      'with what was last known',
      degraded,
      60,
      { ready: false, status: 'unhealthy', findings: [diskLow, stale(60, 15)] },
    ],
    ['not ready before the first', undefined, 0, { ready: false, status: 'unhealthy', findings: [stale(0, 0)] }],
  ])('shows a verdict %s', (_, verdict, ageSeconds, served) => {
    expect(toServedVerdict(verdict, ageSeconds, 15)).toEqual(served)
  })

  it('does not take a broken clock for a fresh verdict', () => {
    expect(toServedVerdict(healthy, Number.NaN, 15).ready).toBe(false)
  })
})
