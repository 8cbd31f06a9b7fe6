import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toDrainSeconds, toFirstStartSeconds, toGraceSeconds } from '../../../infra/aws/sensor-timing.ts'

describe('the grace of a new sensor', () => {
  it('covers every health check before its first verdict', () => {
    const check = fc.record({
      healthyThreshold: fc.integer({ min: 2, max: 10 }),
      unhealthyThreshold: fc.integer({ min: 2, max: 10 }),
      intervalSeconds: fc.integer({ min: 5, max: 300 }),
      timeoutSeconds: fc.integer({ min: 2, max: 120 }),
    })
    fc.assert(
      fc.property(check, (healthCheck) => {
        const checks = healthCheck.healthyThreshold * healthCheck.intervalSeconds
        expect(toGraceSeconds(healthCheck)).toBeGreaterThan(checks)
      }),
    )
  })
})

describe('the heartbeat of a leaving sensor', () => {
  it.each([
    [0, 180],
    [120, 180],
    [300, 360],
    [3600, 3660],
  ])(
    'outlasts a deregistration delay of %i s and the idle time of a flow: %i s',
    (deregistrationDelaySeconds, seconds) => {
      expect(toDrainSeconds({ deregistrationDelaySeconds })).toBe(seconds)
    },
  )
})

it('a first start gives up before its launch hook runs out, and has time however short that is', () => {
  for (const seconds of [120, 900, 7200]) {
    expect(toFirstStartSeconds(seconds)).toBeLessThan(seconds)
    expect(toFirstStartSeconds(seconds)).toBeGreaterThanOrEqual(60)
  }
})
