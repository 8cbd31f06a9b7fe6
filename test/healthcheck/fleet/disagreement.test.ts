import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DisagreementKind, disagreementKinds, toDisagreements } from '../../../healthcheck/fleet/disagreement.ts'
import type { FleetReading, SensorAnswer, SensorViews } from '../../../healthcheck/fleet/fleet-reading.ts'
import type { TargetState } from '../../../healthcheck/fleet/target-state.ts'

const at = (lifecycleState: string, healthStatus = 'Healthy') => ({
  instance: { id: 'i-1', zone: 'a', lifecycleState, healthStatus },
})
const seen = (state: TargetState) => ({ target: { id: 'i-1', state, reason: null } })
const says = (status: 'healthy' | 'unhealthy', ready = status === 'healthy', id = 'i-1'): { sensor: SensorAnswer } => ({
  sensor: { answered: true, status: { id, status, ready, findings: [], packets: null, drops: null, funnel: [] } },
})
const silent = { sensor: { answered: false, fault: 'no answer in time' } } as const
const agreed: SensorViews = { id: 'i-1', zone: 'a', ...at('InService'), ...seen('healthy'), ...says('healthy') }

function kinds(change: Partial<SensorViews>, targetGroupArn: string | null = 'arn'): DisagreementKind[] {
  const group = { name: 'g', desiredCapacity: 1, zones: ['a'], targetGroupArns: [] }
  const fleet: FleetReading = { group, targetGroupArn, sensors: [{ ...agreed, ...change }] }
  return toDisagreements(fleet).map(({ kind }) => kind)
}

const rows: Record<DisagreementKind, { readonly there: Partial<SensorViews>; readonly away: Partial<SensorViews> }> = {
  'no-target': { there: { target: null }, away: { target: null, ...at('Pending:Wait'), ...says('unhealthy') } },
  'stray-target': { there: { instance: null }, away: { instance: null, ...seen('draining') } },
  'sent-to-unhealthy': { there: says('unhealthy', true), away: { ...seen('unhealthy'), ...says('unhealthy', true) } },
  'refused-ready': { there: seen('unhealthy'), away: { ...seen('unhealthy'), ...says('healthy', false) } },
  'in-service-unready': { there: says('healthy', false), away: { ...at('Standby'), ...says('healthy', false) } },
  'waiting-ready': {
    there: { ...at('Pending:Wait'), target: null },
    away: { ...at('Pending:Wait'), target: null, ...says('healthy', false) },
  },
  'leaving-ready': {
    there: { ...at('Terminating:Wait'), target: null },
    away: { ...at('Terminating:Wait'), target: null, ...says('unhealthy') },
  },
  'replaced-healthy': {
    there: at('InService', 'Unhealthy'),
    away: { ...at('InService', 'Unhealthy'), ...seen('unhealthy'), ...says('unhealthy') },
  },
  'other-sensor': { there: says('healthy', true, 'i-2'), away: {} },
  'no-answer': { there: silent, away: { ...at('Pending'), ...seen('initial'), ...silent } },
}

describe('each kind', () => {
  it.each(disagreementKinds)('$kind is told of, by itself, and has a sentence', ({ kind, meaning }) => {
    expect(kinds(rows[kind].there)).toEqual([kind])
    expect(meaning).toMatch(/^[A-Z].{20,}\.$/)
  })

  it.each(disagreementKinds)('$kind stays away from its neighbour', ({ kind }) => {
    expect(kinds(rows[kind].away)).not.toContain(kind)
  })
})

it('views that agree disagree on nothing, with and without a load balancer', () => {
  expect(kinds({})).toEqual([])
  expect(kinds({ target: null }, null)).toEqual([])
})

it('a sensor that is silent contradicts nobody, whatever the others say', () => {
  const states = fc.constantFrom<TargetState>('initial', 'healthy', 'unhealthy', 'draining', 'unused', 'unavailable')
  const cycles = fc.constantFrom('Pending', 'Pending:Wait', 'InService', 'Terminating:Wait', 'Standby')
  fc.assert(
    fc.property(states, cycles, (state, cycle) => {
      const found = kinds({ ...at(cycle), ...seen(state), ...silent })
      expect(['no-target', 'no-answer']).toEqual(expect.arrayContaining(found))
    }),
  )
})
