import { describe, expect, it } from 'vitest'
import { type TargetState, targetStates } from '../../../../../healthcheck/fleet/target-state.ts'
import type { SensorView } from '../../../../../infra/local/console/messages.ts'
import {
  toDisagreement,
  toOwnWords,
  toSensorLoss,
  toSensorState,
  toSensorWord,
  toTargetWords,
} from '../../../../../infra/local/console/page/sensor-state.ts'
import { sensorView } from '../../../../support/console-view.ts'

const cases: readonly [given: Partial<SensorView>, state: string, word: string][] = [
  [{}, 'healthy', 'healthy'],
  [{ targetState: null }, 'healthy', 'healthy'],
  [{ status: 'degraded' }, 'degraded', 'degraded'],
  [{ targetState: 'initial' }, 'degraded', 'initial'],
  [{ targetState: 'draining' }, 'degraded', 'draining'],
  [{ targetState: 'unused' }, 'degraded', 'not in service'],
  [{ targetState: 'unavailable' }, 'degraded', 'not checked'],
  [{ status: 'unhealthy' }, 'unhealthy', 'unhealthy'],
  [{ status: 'silent' }, 'unhealthy', 'silent'],
  [{ status: 'silent', isStopped: true }, 'unhealthy', 'stopped'],
  [{ targetState: 'unhealthy' }, 'unhealthy', 'out of service'],
  [{ targetState: 'unhealthy.draining' }, 'unhealthy', 'out of service'],
]

describe('state of a sensor on the page', () => {
  it.each(cases)('of %j is %s, in a word: %s', (given, state, word) => {
    expect([toSensorState(sensorView(given)), toSensorWord(sensorView(given))]).toEqual([state, word])
  })

  it('is not healthy while the load balancer says anything but healthy', () => {
    const isOther = (state: string): state is TargetState => state in targetStates && state !== 'healthy'
    const others = Object.keys(targetStates).filter(isOther)
    expect(others.length).toBeGreaterThan(4)
    expect(others.map((targetState) => toSensorState(sensorView({ targetState })))).not.toContain('healthy')
  })

  it('says where the sensor and the load balancer differ, and only there', () => {
    expect(toDisagreement(sensorView())).toBeNull()
    expect(toDisagreement(sensorView({ status: 'silent', targetState: 'unhealthy' }))).toBeNull()
    expect(toDisagreement(sensorView({ status: 'silent' }))).toContain('has not noticed yet')
    expect(toDisagreement(sensorView({ targetState: 'unhealthy' }))).toContain('does not believe it')
  })

  it('gives the reasons of both sides', () => {
    expect(toOwnWords(sensorView({ status: 'degraded', findings: ['capture-loss', 'memcap'] }))).toBe(
      'capture-loss, memcap',
    )
    const timedOut = sensorView({ targetState: 'unhealthy', targetReason: 'Target.Timeout' })
    expect(toTargetWords(timedOut)).toBe('out of service (Target.Timeout)')
    expect(toTargetWords(sensorView({ targetState: null }))).toBeNull()
  })

  it('knows no loss where a count is missing', () => {
    expect(toSensorLoss(sensorView({ dropsPerSecond: null }))).toBeNull()
    expect(toSensorLoss(sensorView({ packetsPerSecond: 0 }))).toBe(0)
    expect(toSensorLoss(sensorView({ packetsPerSecond: 200, dropsPerSecond: 1 }))).toBe(0.005)
  })
})
