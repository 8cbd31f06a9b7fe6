import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTargetHealth } from '../../../sensor-agent/lifecycle/target-health.ts'
import { monotonicClock } from '../../../sensor-agent/read/clock.ts'
import { useAwsEnvironment } from '../../support/aws/environment.ts'
import { type QueryApi, startQueryApi } from '../../support/aws/query-api.ts'

const arn = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/fleet-sensors/0123456789abcdef'
let api: QueryApi
let state = 'healthy'
beforeAll(async () => {
  api = await startQueryApi({ DescribeTargetHealth: ({ parameters }) => toTargets(parameters['Targets.member.1.Id']) })
})
useAwsEnvironment(() => api.endpoint)
afterAll(() => api.close())

const toTargets = (id = 'none') => `<TargetHealthDescriptions><member>
  <Target><Id>${id}</Id><Port>4789</Port></Target><TargetHealth><State>${state}</State></TargetHealth>
</member></TargetHealthDescriptions>`
const isRegistered = () => openTargetHealth(arn, 'i-0abc', monotonicClock)()

describe('a target', () => {
  it.each([
    ['initial', true],
    ['healthy', true],
    ['unhealthy', true],
    ['unhealthy.draining', true],
    ['draining', true],
    ['unavailable', true],
    ['unused', false],
  ])('that is %s is still known to its group: %s', async (now, registered) => {
    state = now
    expect(await isRegistered()).toEqual({ kind: 'answered', value: registered })
    expect(api.calls.at(-1)?.parameters).toMatchObject({ TargetGroupArn: arn, 'Targets.member.1.Id': 'i-0abc' })
  })

  it('that AWS calls invalid is not registered', async () => {
    api.fault('DescribeTargetHealth', { kind: 'error', status: 400, code: 'InvalidTarget' })
    expect(await isRegistered()).toEqual({ kind: 'answered', value: false })
  })

  it('whose group is gone is a refusal, not a target that is out', async () => {
    api.fault('DescribeTargetHealth', { kind: 'error', status: 400, code: 'TargetGroupNotFound' })
    expect(await isRegistered()).toMatchObject({
      kind: 'failed',
      fault: expect.stringContaining('TargetGroupNotFound'),
    })
  })
})
