import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { callAws, clientSettings, type Outcome } from '../lifecycle/aws-call.ts'
import type { Clock } from '../read/clock.ts'
import type { MetricDatum } from './metric-data.ts'

export type PutMetricData = (data: MetricDatum[]) => Promise<Outcome<void>>

/** All data of one instant in one call. */
export function openPutMetricData(namespace: string, clock: Pick<Clock, 'after'>): PutMetricData {
  const client = new CloudWatchClient(clientSettings)
  return async (data) => {
    const command = new PutMetricDataCommand({ Namespace: namespace, MetricData: data })
    const send = async (abortSignal: AbortSignal) => void (await client.send(command, { abortSignal }))
    return callAws('PutMetricData', send, clock)
  }
}
