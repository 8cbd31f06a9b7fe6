import { LifecycleState } from '@aws-sdk/client-auto-scaling'
import { expect, it } from 'vitest'
import { type Stage, toStage } from '../../../healthcheck/fleet/fleet-reading.ts'

const stageOf = (lifecycleState: string): Stage =>
  toStage({ id: 'i-1', zone: 'a', lifecycleState, healthStatus: 'Healthy' })

it('puts every state that Auto Scaling has where it belongs, and one it may add aside', () => {
  const stages: Record<Stage, string[]> = { starting: [], 'in-service': [], leaving: [], aside: [] }
  for (const state of [...Object.values(LifecycleState), 'Dreaming']) stages[stageOf(state)].push(state)
  expect(stages['in-service']).toEqual(['InService'])
  expect(stages.starting).toEqual(['Pending', 'Pending:Proceed', 'Pending:Wait', 'Quarantined'])
  expect(new Set(stages.leaving.map((state) => state.split(':')[0]))).toEqual(
    new Set(['Detached', 'Detaching', 'Terminated', 'Terminating']),
  )
  const others = new Set(stages.aside.map((state) => state.split(':')[0]))
  expect(others).toEqual(
    new Set(['EnteringStandby', 'ReplacingRootVolume', 'RootVolumeReplaced', 'Standby', 'Warmed', 'Dreaming']),
  )
})
