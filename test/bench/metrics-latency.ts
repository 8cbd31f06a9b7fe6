import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Environment } from '../../sensor-agent/config.ts'
import { decodeDumpCounters } from '../../sensor-agent/read/suricata-counters.ts'
import { buildMetricsApp } from '../../sensor-agent/serve/app.ts'
import type { Publication } from '../../sensor-agent/serve/publication.ts'
import { serve } from '../../sensor-agent/serve/server.ts'
import { fullReading, identity, publication } from '../support/publication.ts'
import { manyWorkersMessage } from '../support/suricata-fixture.ts'
import { median, percentile, toShort } from './figures.ts'

const run = promisify(execFile)
const latencyProgram = fileURLToPath(new URL('http-latency.ts', import.meta.url))

const workers = 64
const runs = 5
/** In each run; the percentiles are those of all runs' requests. */
const requests = 200
/** So few that the dearest of them, of ten thousand series, is answered before the next is asked. */
const requestsPerSecond = 25
/** Rendered text is kept for as long as the engine has not answered anew: every scrape meets another reply, as it does live. */
const publications = 8

const subjects = {
  totals: {},
  'per-thread': { SENSOR_METRICS_PER_THREAD: true },
  'compatible, totals': { SENSOR_METRICS: 'compatible' },
  'compatible, per-thread': { SENSOR_METRICS: 'compatible', SENSOR_METRICS_PER_THREAD: true },
} as const satisfies Record<string, Partial<Environment>>

export interface MetricsFigures {
  readonly subject: keyof typeof subjects
  readonly series: number
  readonly kilobytes: number
  readonly requests: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** The 99th percentile of each run. */
  readonly runs: readonly number[]
}

/** How long a scrape takes, connection and all, of a sensor with 64 capture workers made of recorded replies. */
export async function measureMetricsLatency(
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<readonly MetricsFigures[]> {
  const figures: MetricsFigures[] = []
  for (const subject of ['totals', 'per-thread', 'compatible, totals', 'compatible, per-thread'] as const) {
    say(`metrics: ${subject}`)
    figures.push(await measureSubject(subject, signal))
  }
  return figures
}

async function measureSubject(subject: keyof typeof subjects, signal: AbortSignal): Promise<MetricsFigures> {
  const settings: Partial<Environment> = subjects[subject]
  const published = toPublications(settings)
  let turn = 0
  const app = buildMetricsApp({
    identity: identity(settings),
    published: () => published[turn++ % publications],
    clock: () => 101,
    staleAfterSeconds: 15,
    onError: (error) => {
      throw error
    },
  })
  const server = await serve(app, '127.0.0.1', 0)
  try {
    const text = await (await fetch(`http://127.0.0.1:${server.address.port}/metrics`, { signal })).text()
    const byRun: number[][] = []
    for (let n = 0; n < runs; n++) {
      const asked = ['127.0.0.1', String(server.address.port), '/metrics', String(requests), String(requestsPerSecond)]
      const { stdout } = await run(process.execPath, [latencyProgram, ...asked], { signal })
      byRun.push(JSON.parse(stdout))
    }
    const milliseconds = byRun.flat()
    return {
      subject,
      series: text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
      kilobytes: toShort(text.length / 1000),
      requests: milliseconds.length,
      p50Ms: toShort(median(milliseconds)),
      p99Ms: toShort(percentile(milliseconds, 0.99)),
      runs: byRun.map((run) => percentile(run, 0.99)),
    }
  } finally {
    await server.close()
  }
}

/** What the agent would publish, one sample after the other. */
function toPublications({ SENSOR_METRICS, SENSOR_METRICS_PER_THREAD }: Partial<Environment>): readonly Publication[] {
  const threads = SENSOR_METRICS === 'compatible' ? (SENSOR_METRICS_PER_THREAD === true ? 'each' : 'total') : null
  const message = manyWorkersMessage(workers)
  return Array.from({ length: publications }, () => {
    const answer = decodeDumpCounters(message, threads)
    if (!answer.ok) throw new Error(answer.fault)
    const cpu = answer.value.workers.map(({ thread }) => ({ thread, cpuSeconds: 1.25, switches: 1 }))
    const reading = { ...fullReading, 'dump-counters': answer, 'thread-cpu': { ok: true, value: cpu } } as const
    return publication({ reading })
  })
}
