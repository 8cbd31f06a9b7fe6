import { expect, it } from 'vitest'
import { defaultLimits } from '../../healthcheck/limits.ts'
import { judge } from '../../healthcheck/verdict.ts'
import { healthyWindow } from '../support/capture-window.ts'

it('a sensor at work with which nothing is wrong keeps every default limit', () => {
  expect(judge(healthyWindow, defaultLimits)).toEqual({ status: 'healthy', findings: [] })
})

it('the critical loss lies above the elevated one', () => {
  expect(defaultLimits.criticalLossRatio).toBeGreaterThan(defaultLimits.elevatedLossRatio)
})

it('workers that hand over their counters every 3 s are not wedged in between', () => {
  const slowest = { ...healthyWindow, engineStandstillSeconds: 3 + 1 + 1 }
  expect(judge(slowest, defaultLimits).status).toBe('healthy')
})
