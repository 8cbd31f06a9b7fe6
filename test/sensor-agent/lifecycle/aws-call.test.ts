import { AutoScalingClient, CompleteLifecycleActionCommand } from '@aws-sdk/client-auto-scaling'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { callAws, clientSettings } from '../../../sensor-agent/lifecycle/aws-call.ts'
import { monotonicClock } from '../../../sensor-agent/read/clock.ts'
import { useAwsEnvironment } from '../../support/aws/environment.ts'
import { type QueryApi, startQueryApi } from '../../support/aws/query-api.ts'
import { manualClock } from '../../support/manual-clock.ts'

let api: QueryApi
beforeAll(async () => {
  api = await startQueryApi({ CompleteLifecycleAction: () => '' })
})
useAwsEnvironment(() => api.endpoint)
afterAll(() => api.close())
afterEach(() => {
  api.faultAlways('CompleteLifecycleAction', null)
  vi.restoreAllMocks()
})

const call = (send: (abortSignal: AbortSignal) => Promise<unknown>, clock: Pick<typeof monotonicClock, 'after'>) =>
  callAws('CompleteLifecycleAction', send, clock)
const complete = (settings: Partial<ConstructorParameters<typeof AutoScalingClient>[0]> = {}) => {
  const client = new AutoScalingClient({ ...clientSettings, ...settings })
  const command = new CompleteLifecycleActionCommand({
    AutoScalingGroupName: 'fleet-sensors',
    LifecycleHookName: 'fleet-launch',
    LifecycleActionResult: 'CONTINUE',
  })
  return call((abortSignal) => client.send(command, { abortSignal }), monotonicClock)
}
const faulty = (changed: object) =>
  call(() => Promise.reject(Object.assign(new Error('said'), changed)), monotonicClock)

describe('a call', () => {
  it('that AWS is silent about ends with the request, in seconds, and says nothing on the console', async () => {
    const warn = vi.spyOn(console, 'warn')
    api.faultAlways('CompleteLifecycleAction', { kind: 'silence' })
    const startedMilliseconds = performance.now()
    expect(await complete()).toMatchObject({ kind: 'unanswered', fault: expect.stringContaining('TimeoutError') })
    expect(performance.now() - startedMilliseconds).toBeLessThan(6_000)
    expect(warn).not.toHaveBeenCalled()
  }, 15_000)

  it('whose client says nothing at all is given up at the deadline, and its request is ended', async () => {
    let signal: AbortSignal | undefined
    const send = (abortSignal: AbortSignal) => {
      signal = abortSignal
      return new Promise<never>(() => {})
    }
    expect(await call(send, manualClock(0))).toMatchObject({
      kind: 'unanswered',
      fault: expect.stringContaining('no answer within 10 s'),
    })
    expect(signal?.aborted).toBe(true)
  })

  it('that found nobody to take it had no effect, and says where to look', async () => {
    expect(await complete({ endpoint: 'http://127.0.0.1:1' })).toMatchObject({
      kind: 'failed',
      fault: expect.stringMatching(/ECONNREFUSED.*look at the route to its endpoint/),
    })
  })

  it('that could not be signed for want of credentials had no effect', async () => {
    const withoutCredentials = async () => {
      throw Object.assign(new Error('no credentials here'), { name: 'CredentialsProviderError' })
    }
    expect(await complete({ credentials: withoutCredentials })).toMatchObject({
      kind: 'failed',
      fault: expect.stringContaining('no credentials here'),
    })
  })

  it.each<[string, object, 'failed' | 'unanswered']>([
    ['a name that nobody resolves', { code: 'ENOTFOUND' }, 'failed'],
    ['a resolver that does not answer', { code: 'EAI_AGAIN' }, 'failed'],
    ['no route to the host', { code: 'EHOSTUNREACH' }, 'failed'],
    ['no route to the network', { code: 'ENETUNREACH' }, 'failed'],
    ['a connection that is cut', { code: 'ECONNRESET' }, 'unanswered'],
    ['an error without a code', {}, 'unanswered'],
    ['an answer of 400', { $metadata: { httpStatusCode: 400 } }, 'failed'],
    ['an answer of 500', { $metadata: { httpStatusCode: 500 } }, 'unanswered'],
  ])('that ends with %s is told apart by whether it can have had an effect', async (_, changed, kind) => {
    expect(await faulty(changed)).toMatchObject({ kind, fault: expect.stringContaining('said') })
  })
})
