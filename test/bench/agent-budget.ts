import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { decodeFleet } from '../../infra/fleet.ts'
import { type Region, startRegion } from '../../infra/local/region.ts'
import { readCaptured, sendRounds, waitUntilHealthy } from '../../infra/local/round.ts'
import { sensorHttpPort } from '../../infra/local/sensor.ts'
import { type Figure, percentile, toFigure } from './figures.ts'
import { readProcessUse } from './process-use.ts'

const run = promisify(execFile)
const latencyProgram = fileURLToPath(new URL('http-latency.ts', import.meta.url))

const runs = 5
const runSeconds = 10
const requestsPerSecond = 20

/** What one agent costs and how fast it answers, while its Suricata is fed by real requests as fast as they go. */
export async function measureAgentBudget(say: (text: string) => void): Promise<Figure[]> {
  const decoded = decodeFleet({ sensors: { desiredCapacity: 1 } })
  if (!decoded.ok) throw new Error(decoded.complaints.join('; '))
  const region = await startRegion({ fleet: decoded.fleet, onProgress: say, onLost: say })
  try {
    await waitUntilHealthy(region)
    const load = keepBusy(region)
    const measured = []
    for (let n = 1; n <= runs; n++) measured.push(await measureOnce(region))
    const rounds = await load.stop()
    const { packets } = await readCaptured(region)
    say(`during ${runs} runs of ${runSeconds} s: ${rounds} rounds of requests, ${packets} packets captured`)
    return [
      toFigure(
        'agent CPU, share of one core',
        '%',
        measured.map((m) => m.cpuPercent),
        1.5,
      ),
      toFigure(
        'agent memory',
        'MiB RSS',
        measured.map((m) => m.residentMebibytes),
        90,
      ),
      toFigure(
        '/readyz, 99th percentile',
        'ms',
        measured.map((m) => percentile(m.readyz, 0.99)),
        5,
      ),
      toFigure(
        '/metrics, 99th percentile',
        'ms',
        measured.map((m) => percentile(m.metrics, 0.99)),
        20,
      ),
    ]
  } finally {
    await region.stop()
  }
}

/** CPU over one half of the run without anybody asking, latencies over the other: asking costs the agent CPU too. */
async function measureOnce(region: Region) {
  const [sensor] = region.sensors
  if (!sensor) throw new Error('the region has no sensor')
  const before = readProcessUse(sensor.agent.pid)
  await new Promise((resolve) => setTimeout(resolve, runSeconds * 500))
  const after = readProcessUse(sensor.agent.pid)
  const ask = async (path: string): Promise<number[]> => {
    const url = `http://${sensor.address.address}:${sensorHttpPort}${path}`
    const count = String((runSeconds / 4) * requestsPerSecond)
    const program = [process.execPath, latencyProgram, url, count, String(requestsPerSecond)]
    const { stdout } = await run('ip', ['netns', 'exec', sensor.address.namespace, ...program])
    return JSON.parse(stdout)
  }
  return {
    cpuPercent: ((after.cpuSeconds - before.cpuSeconds) / (after.atSeconds - before.atSeconds)) * 100,
    residentMebibytes: after.residentMebibytes,
    readyz: await ask('/readyz'),
    metrics: await ask('/metrics'),
  }
}

/** Rounds of requests one after the other, bounded in count. */
function keepBusy(region: Region) {
  const mostRounds = 10_000
  let stopped = false
  const busy = (async () => {
    let rounds = 0
    while (!stopped && rounds < mostRounds) {
      await sendRounds(region, { http: 60, https: 10, dns: 10 }, `bench-${rounds}`)
      rounds += 1
    }
    return rounds
  })()
  busy.catch(() => undefined)
  return {
    stop: () => {
      stopped = true
      return busy
    },
  }
}
