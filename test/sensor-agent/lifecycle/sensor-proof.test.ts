import { describe, expect, it } from 'vitest'
import { targetStates } from '../../../sensor-agent/lifecycle/instance-state.ts'
import { isReporting, toProof } from '../../../sensor-agent/lifecycle/sensor-proof.ts'
import type { EngineStatus } from '../../../sensor-agent/serve/publication.ts'
import { calmWindow, publication } from '../../support/publication.ts'

const engine = (phase: string, restarts = 0): EngineStatus => ({
  ...{ phase, restarts, pid: null, version: null, adoptions: 0, landlocked: null },
})
const broken = { ready: false, status: 'unhealthy', findings: [] } as const

describe('what a sensor proves', () => {
  it('is nothing before the first sample, which is no fault', () => {
    expect(toProof(undefined, 100, 9)).toEqual({ ready: false, starting: true, silentSeconds: null })
  })

  it('is what was published last, with the silence of the line', () => {
    const window = { ...calmWindow, receiveSilenceSeconds: 7 }
    expect(toProof(publication({ window }), 105, 9)).toMatchObject({ ready: true, silentSeconds: 7 })
  })

  it('is nothing when that is stale: an agent that does not look must not complete a hook', () => {
    expect(toProof(publication(), 110, 9)).toEqual({ ready: false, starting: false, silentSeconds: null })
  })

  it.each([
    ['loads its rules for the first time', engine('starting'), true],
    ['tests its rules for the first time', engine('testing'), true],
    ['starts again after it failed', engine('starting', 1), false],
    ['is up and unhealthy', engine('running'), false],
  ])('an engine that %s', (_, status, starting) => {
    expect(toProof(publication({ verdict: broken, engine: status }), 100, 9)).toMatchObject({ ready: false, starting })
  })
})

describe('a sensor that reports', () => {
  it.each(targetStates.filter((target) => target.startsWith('Warmed:')))('is none in the warm pool: %s', (target) => {
    expect(isReporting({ phase: 'proving', target })).toBe(false)
    expect(isReporting({ phase: 'pooled', target })).toBe(false)
  })

  it.each([
    ['unassigned', null, true],
    ['serving', 'InService', true],
    ['draining', 'Terminated', true],
    ['ended', 'Terminated', false],
    ['standby', 'Standby', false],
    ['detached', 'Detached', false],
  ] as const)('%s on the way to %s: %s', (phase, target, reports) => {
    expect(isReporting({ phase, target })).toBe(reports)
  })
})
