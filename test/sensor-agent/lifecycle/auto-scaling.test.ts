import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openLifecycleHooks } from '../../../sensor-agent/lifecycle/auto-scaling.ts'
import { monotonicClock } from '../../../sensor-agent/read/clock.ts'
import { useAwsEnvironment } from '../../support/aws/environment.ts'
import { type QueryApi, startQueryApi } from '../../support/aws/query-api.ts'

let api: QueryApi
beforeAll(async () => {
  api = await startQueryApi({ CompleteLifecycleAction: () => '', RecordLifecycleActionHeartbeat: () => '' })
})
useAwsEnvironment(() => api.endpoint)
afterAll(() => api.close())
afterEach(() => api.faultAlways('CompleteLifecycleAction', null))

const open = (clock: Pick<typeof monotonicClock, 'after'> = monotonicClock) =>
  openLifecycleHooks(
    { group: 'fleet-sensors', instanceId: 'i-0abc', hooks: { launch: 'fleet-launch', terminate: 'fleet-terminate' } },
    clock,
  )

describe('a hook', () => {
  it('is completed by the name of the instance, with CONTINUE', async () => {
    expect(await open().complete('launch')).toEqual({ kind: 'answered', value: undefined })
    expect(api.callsOf('CompleteLifecycleAction').at(-1)?.parameters).toMatchObject({
      AutoScalingGroupName: 'fleet-sensors',
      InstanceId: 'i-0abc',
      LifecycleHookName: 'fleet-launch',
      LifecycleActionResult: 'CONTINUE',
    })
  })

  it('is given more time by a heartbeat', async () => {
    expect(await open().heartbeat('terminate')).toEqual({ kind: 'answered', value: undefined })
    expect(api.callsOf('RecordLifecycleActionHeartbeat').at(-1)?.parameters).toMatchObject({
      AutoScalingGroupName: 'fleet-sensors',
      InstanceId: 'i-0abc',
      LifecycleHookName: 'fleet-terminate',
    })
  })

  it.each(['complete', 'heartbeat'] as const)('that does not wait is told apart from a refusal: %s', async (call) => {
    const action = call === 'complete' ? 'CompleteLifecycleAction' : 'RecordLifecycleActionHeartbeat'
    const message = 'No active Lifecycle Action found with instance ID i-0abc'
    api.fault(action, { kind: 'error', status: 400, code: 'ValidationError', message })
    expect(await open()[call]('launch')).toEqual({ kind: 'none-active' })
    api.fault(action, { kind: 'error', status: 400, code: 'ValidationError', message: 'Hook name is too long' })
    expect(await open()[call]('launch')).toMatchObject({ kind: 'failed', name: 'ValidationError' })
  })
})

describe('an API that is not well', () => {
  it('throttles: refused at the first attempt, for whoever asks decides when to ask again', async () => {
    const before = api.calls.length
    api.faultAlways('CompleteLifecycleAction', { kind: 'throttling' })
    expect(await open().complete('launch')).toMatchObject({
      kind: 'failed',
      fault: expect.stringMatching(/CompleteLifecycleAction was refused by AWS \(Throttling: Rate exceeded\)/),
    })
    expect(api.calls.length - before).toBe(1)
  })

  it('breaks with 500: the call may have had its effect', async () => {
    api.faultAlways('CompleteLifecycleAction', { kind: 'error', status: 500, code: 'InternalFailure' })
    expect(await open().complete('launch')).toMatchObject({ kind: 'unanswered' })
  })

  it('denies access: refused, in a sentence that says where to look', async () => {
    api.faultAlways('CompleteLifecycleAction', { kind: 'error', status: 403, code: 'AccessDenied' })
    expect(await open().complete('launch')).toMatchObject({
      kind: 'failed',
      name: 'AccessDenied',
      fault: expect.stringContaining('look at the role of this instance'),
    })
  })

  it('is silent: given up at our deadline, the call may have had its effect', async () => {
    api.faultAlways('CompleteLifecycleAction', { kind: 'silence' })
    const soon = { after: (_: number, action: () => void) => monotonicClock.after(0.2, action) }
    expect(await open(soon).complete('launch')).toMatchObject({
      kind: 'unanswered',
      fault: expect.stringContaining('no answer within 10 s'),
    })
  })

  it('cannot be found without a region, which fails the call and nothing else', async () => {
    const { AWS_REGION: region } = process.env
    delete process.env.AWS_REGION
    try {
      expect(await open().complete('launch')).toMatchObject({
        kind: 'unanswered',
        fault: expect.stringMatching(/egion/),
      })
    } finally {
      process.env.AWS_REGION = region
    }
  })

  it('answers late but within the deadline, and is heard', async () => {
    api.fault('CompleteLifecycleAction', { kind: 'late', seconds: 0.5 })
    expect(await open().complete('launch')).toMatchObject({ kind: 'answered' })
  })
})
