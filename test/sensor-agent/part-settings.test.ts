import fc from 'fast-check'
import { expect, it } from 'vitest'
import { defaultLimits } from '../../healthcheck/limits.ts'
import { toAgentSettings, toLimits } from '../../sensor-agent/part-settings.ts'
import { settings } from '../support/publication.ts'

it('the limits of an agent with default settings are the default ones', () => {
  expect(toLimits(settings())).toEqual(defaultLimits)
})

it('a limit is never below what samples and replies that come late may show of an engine that is well', () => {
  const sample = fc.integer({ min: 1, max: 60 })
  const deadline = fc.double({ min: 0.1, max: 30, noNaN: true })
  fc.assert(
    fc.property(sample, deadline, (sampleSeconds, deadlineSeconds) => {
      const limits = toLimits(
        settings({ SENSOR_SAMPLE_SECONDS: sampleSeconds, SENSOR_SOCKET_DEADLINE_SECONDS: deadlineSeconds }),
      )
      // One reply that was waited for in vain, the next that came at its deadline, and the sample between them.
      expect(limits.socketSilentSeconds).toBeGreaterThanOrEqual(2 * deadlineSeconds + sampleSeconds)
      // One sample without movement is none too many, whatever its length.
      expect(limits.engineStandstillSeconds).toBeGreaterThan(sampleSeconds)
      expect(limits.captureStandstillSeconds).toBeGreaterThan(sampleSeconds)
      expect(limits.countersAgeSeconds).toBeGreaterThan(sampleSeconds)
    }),
    // Where the sum, added up in another order, is less by the last bit.
    { examples: [[49, 7.9206488557127175]] },
  )
})

it('an engine that is only silent is never replaced before one that does nothing', () => {
  for (const seconds of [5, 30, 3600]) {
    const { brokenSeconds, silentSeconds } = toAgentSettings(
      settings({ SENSOR_WEDGED_RESTART_SECONDS: seconds }),
    ).stuckPatience
    expect(brokenSeconds).toBe(seconds)
    expect(silentSeconds).toBeGreaterThanOrEqual(Math.max(300, seconds))
  }
})
