import { expect, it } from 'vitest'
import { targetStates } from '../../../healthcheck/fleet/target-state.ts'

it('the states are those of DescribeTargetHealth, and a healthy target has no reason', () => {
  expect(Object.keys(targetStates).sort()).toEqual([
    'draining',
    'healthy',
    'initial',
    'unavailable',
    'unhealthy',
    'unhealthy.draining',
    'unused',
  ])
  expect(targetStates.healthy.reasonCodes).toEqual([])
})

it('every reason code says whose it is, in AWS’s form', () => {
  const codes: readonly string[] = Object.values(targetStates).flatMap(({ reasonCodes }) => [...reasonCodes])
  for (const code of codes) expect(code).toMatch(/^(Elb|Target)\.[A-Z][A-Za-z]+$/)
})

it('only an internal error is shared by two states, so any other code tells the state', () => {
  const codes: readonly string[] = Object.values(targetStates).flatMap(({ reasonCodes }) => [...reasonCodes])
  const shared = codes.filter((code, index) => codes.indexOf(code) !== index)
  expect(shared).toEqual(['Elb.InternalError'])
})
