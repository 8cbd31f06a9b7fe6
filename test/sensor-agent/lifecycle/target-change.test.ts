import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  initial,
  type Phase,
  phases,
  type State,
  targetStates,
} from '../../../sensor-agent/lifecycle/instance-state.ts'
import { onTarget } from '../../../sensor-agent/lifecycle/target-change.ts'

const state = (phase: Phase, returns = false): State => ({ ...initial, phase, returns })
const terminal: readonly Phase[] = ['draining', 'stopping', 'completing', 'ended']
const anyPhase = fc.constantFrom(...phases)

describe('a target state', () => {
  it('that is none, or the one before, changes nothing', () => {
    fc.assert(
      fc.property(anyPhase, fc.constantFrom(...targetStates), (phase, target) => {
        const now = { ...state(phase), target }
        expect(onTarget(now, null, 9)).toEqual({ state: now, effects: [] })
        expect(onTarget(now, target, 9)).toEqual({ state: now, effects: [] })
      }),
    )
  })

  it('of a termination leads out of service from every phase that is not on its way out', () => {
    for (const phase of phases.filter((each) => !terminal.includes(each)))
      for (const target of ['Terminated', 'Warmed:Terminated'] as const) {
        const { state: after, effects } = onTarget(state(phase), target, 9)
        expect([after.phase, after.returns, effects]).toEqual(['draining', false, [{ kind: 'drain' }]])
      }
  })

  it('brings no sensor back that is being terminated', () => {
    for (const phase of terminal)
      for (const target of targetStates) {
        const { state: after, effects } = onTarget(state(phase), target, 9)
        expect([after.phase, effects]).toEqual([phase, []])
      }
  })

  it('brings one back that was on its way to the pool', () => {
    const { state: after, effects } = onTarget(state('draining', true), 'InService', 9)
    expect([after.phase, after.returns, effects]).toEqual(['proving', false, [{ kind: 'resume' }]])
  })

  it('ends the rest of an instance that is on its way to the pool and no longer wanted there', () => {
    const { state: after } = onTarget(state('completing', true), 'Warmed:Terminated', 9)
    expect([after.phase, after.returns]).toEqual(['draining', false])
  })

  it('begins a new passage with every change of phase, in which nothing has been asked', () => {
    fc.assert(
      fc.property(anyPhase, fc.boolean(), fc.constantFrom(...targetStates), (phase, returns, target) => {
        const before = state(phase, returns && phase !== 'ended')
        const { state: after } = onTarget(before, target, 9)
        expect(after.target).toBe(target)
        if (after.phase === phase) return
        expect(after.passage).toBe(before.passage + 1)
        expect(Object.values(after.calls).some(({ asked }) => asked)).toBe(false)
        expect(after.sinceSeconds).toBe(9)
      }),
    )
  })
})
