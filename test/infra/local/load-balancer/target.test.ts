import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { next, type TargetEvent, type TargetState, unused } from '../../../../infra/local/load-balancer/target.ts'

const settings = { healthyThreshold: 3, unhealthyThreshold: 2, deregistrationDelaySeconds: 100 }
const register: TargetEvent = { type: 'register' }
const passed: TargetEvent = { type: 'probe-passed' }
const failed: TargetEvent = { type: 'probe-failed', reason: 'Target.Timeout' }
const mismatch: TargetEvent = { type: 'probe-failed', reason: 'Target.ResponseCodeMismatch' }
const deregister = (atSeconds: number): TargetEvent => ({ type: 'deregister', atSeconds })
const tick = (atSeconds: number): TargetEvent => ({ type: 'tick', atSeconds })

const after = (...events: readonly TargetEvent[]): TargetState =>
  events.reduce((state: TargetState, event) => next(state, event, settings), unused)
const seen = ({ state, reasonCode }: TargetState) => [state, reasonCode]
const up = [register, passed, passed, passed]

describe('the life of a target', () => {
  it.each<[string, readonly TargetEvent[], readonly [string, string | null]]>([
    ['is unused before it is registered', [], ['unused', 'Target.NotRegistered']],
    ['is being registered until the first probe', [register], ['initial', 'Elb.RegistrationInProgress']],
    [
      'is checked until it has passed often enough',
      [register, passed, passed],
      ['initial', 'Elb.InitialHealthChecking'],
    ],
    ['is healthy after 3 passes in a row', up, ['healthy', null]],
    [
      'starts counting again after a failure',
      [register, passed, passed, failed, passed, passed],
      ['initial', 'Elb.InitialHealthChecking'],
    ],
    ['is unhealthy when it never passed', [register, failed, failed], ['unhealthy', 'Target.Timeout']],
    ['bears one failure', [...up, failed], ['healthy', null]],
    ['bears failures that are not in a row', [...up, failed, passed, failed], ['healthy', null]],
    ['is unhealthy after 2 failures in a row', [...up, failed, mismatch], ['unhealthy', 'Target.ResponseCodeMismatch']],
    ['names the latest failure', [...up, failed, failed, mismatch], ['unhealthy', 'Target.ResponseCodeMismatch']],
    ['is still unhealthy after 2 passes', [...up, failed, failed, passed, passed], ['unhealthy', 'Target.Timeout']],
    ['recovers after 3 passes in a row', [...up, failed, failed, passed, passed, passed], ['healthy', null]],
    ['drains when deregistered', [...up, deregister(7)], ['draining', 'Target.DeregistrationInProgress']],
    [
      'drains until the delay is over',
      [...up, deregister(7), tick(106.9)],
      ['draining', 'Target.DeregistrationInProgress'],
    ],
    ['is unused when the delay is over', [...up, deregister(7), tick(107)], ['unused', 'Target.NotRegistered']],
    [
      'does not start the delay twice',
      [...up, deregister(7), deregister(90), tick(107)],
      ['unused', 'Target.NotRegistered'],
    ],
    [
      'takes no late probe while draining',
      [...up, deregister(7), failed, failed],
      ['draining', 'Target.DeregistrationInProgress'],
    ],
    [
      'starts over when registered while draining',
      [...up, deregister(7), register],
      ['initial', 'Elb.RegistrationInProgress'],
    ],
    ['stays as it is when registered again', [...up, register], ['healthy', null]],
    [
      'knows nothing of a target that is not registered',
      [passed, passed, passed, failed, deregister(1), tick(999)],
      ['unused', 'Target.NotRegistered'],
    ],
  ])('%s', (_property, events, expected) => {
    expect(seen(after(...events))).toEqual(expected)
  })
})

describe('any life of a target', () => {
  const event: fc.Arbitrary<TargetEvent> = fc.oneof(
    { weight: 1, arbitrary: fc.constant(register) },
    { weight: 6, arbitrary: fc.constant(passed) },
    { weight: 4, arbitrary: fc.constantFrom(failed, mismatch) },
    { weight: 1, arbitrary: fc.nat({ max: 300 }).map(deregister) },
    { weight: 1, arbitrary: fc.nat({ max: 300 }).map(tick) },
  )
  const life = fc.record({
    events: fc.array(event, { maxLength: 60 }),
    healthyThreshold: fc.integer({ min: 2, max: 10 }),
    unhealthyThreshold: fc.integer({ min: 2, max: 10 }),
    deregistrationDelaySeconds: fc.integer({ min: 0, max: 300 }),
  })
  const walk = ({ events, ...limits }: typeof life extends fc.Arbitrary<infer L> ? L : never) => {
    const states: TargetState[] = [unused]
    for (const e of events) states.push(next(states.at(-1) ?? unused, e, limits))
    return states
  }
  const countTail = (events: readonly TargetEvent[], type: TargetEvent['type']) => {
    // Ticks say nothing about health, and a target that is registered ignores a second registration.
    const probes = events.filter((e) => e.type === 'probe-passed' || e.type === 'probe-failed')
    return probes.length - 1 - probes.findLastIndex((e) => e.type !== type)
  }

  it('turns healthy only by as many passes in a row as the threshold says, and unhealthy by as many failures', () => {
    fc.assert(
      fc.property(life, (lived) => {
        const states = walk(lived)
        for (const [index, state] of states.entries()) {
          const before = states[index - 1]
          if (before === undefined || before.state === state.state) continue
          const soFar = lived.events.slice(0, index)
          if (state.state === 'healthy')
            expect(countTail(soFar, 'probe-passed')).toBeGreaterThanOrEqual(lived.healthyThreshold)
          if (state.state === 'unhealthy')
            expect(countTail(soFar, 'probe-failed')).toBeGreaterThanOrEqual(lived.unhealthyThreshold)
        }
      }),
    )
  })

  it('goes only where the life cycle leads', () => {
    const ways: Record<TargetState['state'], readonly TargetState['state'][]> = {
      unused: ['initial'],
      initial: ['healthy', 'unhealthy', 'draining'],
      healthy: ['unhealthy', 'draining'],
      unhealthy: ['healthy', 'draining'],
      draining: ['unused', 'initial'],
    }
    fc.assert(
      fc.property(life, (lived) => {
        const states = walk(lived)
        for (const [index, state] of states.entries()) {
          const from = states[index - 1]?.state ?? 'unused'
          expect([from, ...ways[from]]).toContain(state.state)
        }
      }),
    )
  })

  it('keeps its counts below the thresholds', () => {
    fc.assert(
      fc.property(life, (lived) => {
        for (const state of walk(lived)) {
          if ('passed' in state) expect(state.passed).toBeLessThan(lived.healthyThreshold)
          if ('failed' in state) expect(state.failed).toBeLessThan(lived.unhealthyThreshold)
        }
      }),
    )
  })
})
