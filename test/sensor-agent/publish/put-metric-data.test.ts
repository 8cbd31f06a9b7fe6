import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPutMetricData } from '../../../sensor-agent/publish/put-metric-data.ts'
import { monotonicClock } from '../../../sensor-agent/read/clock.ts'
import { useAwsEnvironment } from '../../support/aws/environment.ts'
import { type QueryApi, startQueryApi } from '../../support/aws/query-api.ts'

let api: QueryApi
beforeAll(async () => {
  api = await startQueryApi({ PutMetricData: () => '{}' })
})
useAwsEnvironment(() => api.endpoint)
afterAll(() => api.close())

const datum = {
  MetricName: 'Drops',
  Dimensions: [{ Name: 'Place', Value: 'softnet' }],
  Unit: 'Count',
  Value: 0,
} as const
const put = (count = 1) =>
  openPutMetricData(
    'MirrorFleet',
    monotonicClock,
  )(Array.from({ length: count }, () => ({ ...datum, Dimensions: [...datum.Dimensions] })))

describe('a put', () => {
  it('says all of it in one call, also the zeros', async () => {
    expect(await put()).toEqual({ kind: 'answered', value: undefined })
    expect(JSON.parse(api.calls.at(-1)?.body ?? '')).toEqual({ Namespace: 'MirrorFleet', MetricData: [datum] })
  })

  it('that is long enough to be compressed arrives all the same', async () => {
    expect(await put(200)).toMatchObject({ kind: 'answered' })
    expect(JSON.parse(api.calls.at(-1)?.body ?? '').MetricData).toHaveLength(200)
  })

  it('that is throttled, denied or broken is told apart by whether it may have arrived', async () => {
    const faults = [
      { kind: 'throttling' },
      { kind: 'error', status: 403, code: 'AccessDenied' },
      { kind: 'error', status: 503, code: 'ServiceUnavailable' },
    ] as const
    api.fault('PutMetricData', ...faults)
    const kinds = [await put(), await put(), await put()].map(({ kind }) => kind)
    expect(kinds).toEqual(['failed', 'failed', 'unanswered'])
  })
})
