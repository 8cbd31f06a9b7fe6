import { decodeFleet } from '../../infra/fleet.ts'
import { toDestination } from '../../infra/local/load/generator.ts'
import { type Region, startRegion } from '../../infra/local/region.ts'
import { waitUntilHealthy } from '../../infra/local/round.ts'
import { toStatePaths } from '../../sensor-agent/suricata/suricata-settings.ts'
import { findCapacity, toWords } from './capacity-search.ts'
import { type CpuCap, openCpuCap } from './cpu-cap.ts'
import { type Engine, openEngine } from './engine.ts'
import { median } from './figures.ts'
import type { RateSearch } from './rate-search.ts'
import type { Load, Rig } from './trial-run.ts'

const sizes = [1, 2, 3] as const
const rounds = 3
const trialSeconds = 1.3
/** Of one core, for the engine of each sensor: three of them, the generator and the load balancer share two cores. */
const coresPerSensor = 0.1
/** So small that a second of an overload shows as drops. */
const ringMebibytes = 4
const search = { factor: 1.3, precision: 1.08, mostTrials: 4 }
const firstGuess = 24_000

export interface FleetFigures {
  readonly efficiency2: number
  readonly efficiency3: number
  readonly coresPerSensor: number
  /** Zero-loss packets/s of one, two and three sensors, one value a round. */
  readonly runs: { readonly one: readonly number[]; readonly two: readonly number[]; readonly three: readonly number[] }
  /** Rate to that many times the rate of one sensor in the same round. */
  readonly efficiencyRuns: { readonly two: readonly number[]; readonly three: readonly number[] }
}

interface CappedFleet {
  readonly rig: Rig
  readonly rates: number[]
}

/** Fleets of one, two and three equal sensors, each behind a load balancer of its own, in turn. */
export async function measureFleet(say: (text: string) => void, signal: AbortSignal): Promise<FleetFigures> {
  const started: StartedFleet[] = []
  try {
    for (const size of sizes) started.push(await startFleet(size, say, signal))
    say('fleet: waiting until every sensor is healthy')
    const fleets: CappedFleet[] = []
    for (const fleet of started) fleets.push(await capEngines(fleet, signal))
    const toNextLoad = createLoads()
    for (let round = 1; round <= rounds; round++) {
      for (const [index, { rig, rates }] of fleets.entries()) {
        const settings = { ...search, guess: toGuess(fleets, index) } satisfies RateSearch['settings']
        const found = await findCapacity(rig, settings, toNextLoad, signal)
        rates.push(found.best?.packetsPerSecond ?? 0)
        say(`fleet: round ${round} of ${rounds}, ${rig.name}: ${toWords(found)}`)
      }
    }
    const [one = [], two = [], three = []] = fleets.map(({ rates }) => rates)
    return { ...toEfficiencies(one, two, three), coresPerSensor, runs: { one, two, three } }
  } finally {
    // All of them, also when one cannot be removed.
    const ends = await Promise.allSettled(started.map(stopFleet))
    for (const end of ends) if (end.status === 'rejected') say(String(end.reason))
  }
}

/** rate(N) / (N x rate(1)), round by round, then the median. */
export function toEfficiencies(one: readonly number[], two: readonly number[], three: readonly number[]) {
  const toLinear = (rates: readonly number[], count: number) =>
    rates.map((rate, round) => rate / (count * (one[round] ?? Number.NaN)))
  const efficiencyRuns = { two: toLinear(two, 2), three: toLinear(three, 3) }
  return { efficiency2: median(efficiencyRuns.two), efficiency3: median(efficiencyRuns.three), efficiencyRuns }
}

/** Its own last rate; at first what one sensor does, times the sensors. */
function toGuess(fleets: readonly CappedFleet[], index: number): number {
  const own = fleets[index]?.rates.findLast((rate) => rate > 0)
  const one = fleets[0]?.rates.findLast((rate) => rate > 0) ?? firstGuess
  return own ?? one * (sizes[index] ?? 1)
}

interface StartedFleet {
  readonly size: number
  readonly region: Region
  readonly caps: CpuCap[]
  readonly engines: Engine[]
}

async function startFleet(size: number, say: (text: string) => void, signal: AbortSignal): Promise<StartedFleet> {
  const decoded = decodeFleet({
    sensors: { desiredCapacity: size, captureThreads: 1, ringMebibytes },
    sources: [{ name: 'source-1', zone: 'local-a' }],
  })
  if (!decoded.ok) throw new Error(decoded.complaints.join('; '))
  const region = await startRegion({ fleet: decoded.fleet, onProgress: () => undefined, onLost: say, signal })
  say(`fleet: ${size} ${size === 1 ? 'sensor' : 'sensors'} in region ${region.id}`)
  return { size, region, caps: [], engines: [] }
}

/** The engine alone is capped: the agent's share does not grow with the traffic. */
async function capEngines({ size, region, caps, engines }: StartedFleet, signal: AbortSignal): Promise<CappedFleet> {
  for (const [index, engine] of (await openEngines(region, signal)).entries()) {
    engines.push(engine)
    const cap = openCpuCap(`mft-bench-${region.id}-${index + 1}`, coresPerSensor)
    caps.push(cap)
    cap.add(engine.pid)
  }
  const { namespace, options } = toDestination(region.plan)
  return { rig: { name: `fleet of ${size}`, sender: { namespace, options }, engines }, rates: [] }
}

async function stopFleet({ region, caps, engines }: StartedFleet): Promise<void> {
  for (const { close } of engines) close()
  try {
    await region.stop()
  } finally {
    for (const cap of caps) await cap.remove()
  }
}

async function openEngines(region: Region, signal: AbortSignal) {
  const views = await waitUntilHealthy(region, signal)
  return region.sensors.map(({ address, stateFolder }, index) => {
    const pid = views[index]?.status?.engine.pid ?? null
    if (pid === null) throw new Error(`${address.id} is healthy and has no engine`)
    const { socket } = toStatePaths(stateFolder)
    return openEngine({ pid, namespace: address.namespace, socketPath: socket, interfaces: ['eth0'], devices: [] })
  })
}

/** Outer addresses of one trial: many flows over many buckets, so that the hash deals them evenly. */
const sourcesPerTrial = 32

/**
 * Each trial has outer addresses of its own: the load balancer deals its flows anew, and no flow of an earlier trial
 * stays with the sensor that it had.
 */
function createLoads(): (packetsPerSecond: number) => Load {
  let trial = 0
  return (packetsPerSecond) => {
    const address = `198.18.${64 + (trial++ % 128)}.1`
    return {
      options: [
        ...['--scenario', 'imix', '--flows', 'udp=768,tcp=768', '--virtual-networks', '1'],
        ...['--sources', String(sourcesPerTrial), '--source-address', address],
      ],
      packetsPerSecond,
      packets: packetsPerSecond * trialSeconds,
    }
  }
}
