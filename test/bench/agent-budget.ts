import { execFile, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { decodeFleet } from '../../infra/fleet.ts'
import { type Region, startRegion } from '../../infra/local/region.ts'
import { readCaptured, waitUntilHealthy } from '../../infra/local/round.ts'
import { sensorHttpPort } from '../../infra/local/sensor.ts'
import { median, percentile, toShort } from './figures.ts'
import { readResidentMebibytes, readThreadSeconds } from './process-use.ts'

const run = promisify(execFile)
const latencyProgram = fileURLToPath(new URL('http-latency.ts', import.meta.url))
const loadProgram = fileURLToPath(new URL('../../load/main.ts', import.meta.url))

const runs = 3
const idleSeconds = 3
/** In each run; the percentiles are those of all runs' requests, for the last hundredth of 250 is two. */
const requests = 250
const requestsPerSecond = 60
/** Enough to keep the engine at work, and to leave a core for the agent on a machine of two. */
const packetsPerSecond = 20_000

export interface AgentFigures {
  readonly cpuPercent: number
  readonly rssMb: number
  readonly readyzP99Ms: number
  readonly metricsP99Ms: number
  /** Of each kind, over all runs. */
  readonly requests: number
  /** One value a run. */
  readonly runs: Readonly<Record<'cpu' | 'memory' | 'readyz' | 'metrics', readonly number[]>>
}

/** What one agent costs and how fast it answers, while its Suricata is fed by the generator. */
export async function measureAgentBudget(say: (text: string) => void, signal: AbortSignal): Promise<AgentFigures> {
  const decoded = decodeFleet({ sensors: { desiredCapacity: 1 } })
  if (!decoded.ok) throw new Error(decoded.complaints.join('; '))
  // As an agent is unless told otherwise; a region's agents have series by thread as well.
  const sensorEnvironment = { SENSOR_METRICS_PER_THREAD: 'false' }
  const region = await startRegion({ fleet: decoded.fleet, onProgress: say, onLost: say, signal, sensorEnvironment })
  try {
    await waitUntilHealthy(region, signal)
    const load = startLoad(region)
    const measured: Measured[] = []
    try {
      for (let n = 1; n <= runs; n++) {
        say(`agent: run ${n} of ${runs}`)
        measured.push(await measureOnce(region, signal))
      }
    } finally {
      await load.stop()
    }
    const { packets, drops } = await readCaptured(region)
    say(`${runs} runs while ${packetsPerSecond} packets/s were sent: ${packets} captured, ${drops} dropped`)
    return toAgentFigures(measured)
  } finally {
    await region.stop()
  }
}

function toAgentFigures(measured: readonly Measured[]): AgentFigures {
  const over = (pick: (m: Measured) => number) => measured.map(pick)
  const cpu = over((m) => m.cpuPercent)
  const memory = over((m) => m.residentMebibytes)
  const toP99 = (pick: (m: Measured) => readonly number[]) => toShort(percentile(measured.flatMap(pick), 0.99))
  return {
    cpuPercent: toShort(median(cpu)),
    rssMb: toShort(median(memory)),
    readyzP99Ms: toP99((m) => m.readyz),
    metricsP99Ms: toP99((m) => m.metrics),
    requests: measured.length * requests,
    runs: {
      cpu,
      memory,
      readyz: over((m) => percentile(m.readyz, 0.99)),
      metrics: over((m) => percentile(m.metrics, 0.99)),
    },
  }
}

type Measured = Awaited<ReturnType<typeof measureOnce>>

/** CPU while nobody asks, latencies after that: asking costs the agent CPU too. */
async function measureOnce(region: Region, signal: AbortSignal) {
  const [sensor] = region.sensors
  if (!sensor) throw new Error('the region has no sensor')
  const { namespace, address } = sensor.address
  const before = { atSeconds: performance.now() / 1000, cpuSeconds: readThreadSeconds(sensor.agent.pid) }
  await sleep(idleSeconds * 1000, undefined, { signal })
  const after = { atSeconds: performance.now() / 1000, cpuSeconds: readThreadSeconds(sensor.agent.pid) }
  const ask = async (path: string): Promise<number[]> => {
    const asked = [address, String(sensorHttpPort), path, String(requests), String(requestsPerSecond)]
    const { stdout } = await run('ip', ['netns', 'exec', namespace, process.execPath, latencyProgram, ...asked])
    return JSON.parse(stdout)
  }
  return {
    cpuPercent: ((after.cpuSeconds - before.cpuSeconds) / (after.atSeconds - before.atSeconds)) * 100,
    residentMebibytes: readResidentMebibytes(sensor.agent.pid),
    readyz: await ask('/readyz'),
    metrics: await ask('/metrics'),
  }
}

/** The generator's `steady` scenario through the region's load balancer; bounded even if nobody stops it. */
function startLoad(region: Region) {
  const [source] = region.plan.sources
  if (!source) throw new Error('the region has no source')
  const to = ['--destination-address', region.plan.loadBalancer.address, '--destination-mac', source.loadBalancerMac]
  const bounds = ['--pps', String(packetsPerSecond), '--packets', '100000000', '--seconds', '600']
  const args = [loadProgram, '--interface', 'mirror0', '--scenario', 'steady', ...to, ...bounds, '--json']
  const child = spawn('ip', ['netns', 'exec', source.namespace, process.execPath, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    stop: async () => {
      child.kill('SIGINT')
      await ended
    },
  }
}
