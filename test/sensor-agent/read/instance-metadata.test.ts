import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { targetStates } from '../../../sensor-agent/lifecycle/instance-state.ts'
import { openTargetState } from '../../../sensor-agent/read/instance-metadata.ts'
import { type InstanceMetadata, startInstanceMetadata } from '../../support/aws/instance-metadata.ts'

let service: InstanceMetadata
beforeAll(async () => {
  service = await startInstanceMetadata()
})
afterEach(() => {
  service.fault(null)
  service.setTargetState(null)
})
afterAll(() => service.close())

const last = (count: number) => service.requests.slice(-count)
const token = 'PUT /latest/api/token'
const state = 'GET /latest/meta-data/autoscaling/target-lifecycle-state'

describe('the target lifecycle state', () => {
  it.each(targetStates)('%s is read as it is', async (name) => {
    service.setTargetState(name)
    expect(await openTargetState(service.endpoint)()).toEqual({ ok: true, value: name })
  })

  it('is null where the service has none', async () => {
    expect(await openTargetState(service.endpoint)()).toEqual({ ok: true, value: null })
  })

  it('takes one token for many questions, and a new one when the service no longer takes it', async () => {
    service.setTargetState('InService')
    const read = openTargetState(service.endpoint)
    await read()
    await read()
    expect(last(3)).toEqual([`${token} 200`, `${state} 200`, `${state} 200`])
    service.forgetTokens()
    expect(await read()).toEqual({ ok: true, value: 'InService' })
    expect(last(3)).toEqual([`${state} 401`, `${token} 200`, `${state} 200`])
  })

  it('that this agent does not know is a failure that names it', async () => {
    service.setTargetState('Warmed:Frozen\u0007')
    expect(await openTargetState(service.endpoint)()).toMatchObject({
      ok: false,
      code: 'SENSOR_METADATA_UNKNOWN',
      fault: expect.stringContaining('"Warmed:Frozen\\u0007"'),
    })
  })
})

describe('a service that is not well', () => {
  it.each([403, 500, 503])('answers %s, which is a failure and no state', async (status) => {
    service.setTargetState('Terminated')
    service.fault({ kind: 'status', status })
    expect(await openTargetState(service.endpoint)()).toMatchObject({ ok: false, code: 'SENSOR_METADATA_FAILED' })
  })

  it('is silent, and is given up within its deadline', async () => {
    service.fault({ kind: 'silence' })
    const startedMilliseconds = performance.now()
    expect(await openTargetState(service.endpoint)()).toMatchObject({ ok: false, code: 'SENSOR_METADATA_FAILED' })
    expect(performance.now() - startedMilliseconds).toBeLessThan(4_000)
  })

  it('answers late but within the deadline, and is heard', async () => {
    service.setTargetState('InService')
    service.fault({ kind: 'late', seconds: 0.3 })
    expect(await openTargetState(service.endpoint)()).toEqual({ ok: true, value: 'InService' })
  })

  it('sends without end, and is cut off', async () => {
    service.setTargetState('x'.repeat(100_000))
    expect(await openTargetState(service.endpoint)()).toMatchObject({ ok: false, code: 'SENSOR_METADATA_FAILED' })
  })

  it('gives a token that no header can carry, which is not kept', async () => {
    service.setTargetState('InService')
    const read = openTargetState(service.endpoint)
    service.fault({ kind: 'token', token: 'a\nb' })
    expect(await read()).toMatchObject({ ok: false, code: 'SENSOR_METADATA_FAILED' })
    service.fault(null)
    expect(await read()).toEqual({ ok: true, value: 'InService' })
  })

  it('is not there', async () => {
    expect(await openTargetState('http://127.0.0.1:1')()).toMatchObject({
      ok: false,
      fault: expect.stringContaining('ECONNREFUSED'),
    })
  })
})
