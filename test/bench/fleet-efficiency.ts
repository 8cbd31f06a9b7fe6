import { decodeFleet } from '../../infra/fleet.ts'
import { toDestination } from '../../infra/local/load/generator.ts'
import { type Region, startRegion } from '../../infra/local/region.ts'
import { waitUntilHealthy } from '../../infra/local/round.ts'
import { toStatePaths } from '../../sensor-agent/suricata/suricata-settings.ts'
import { findCapacity, laterSearch, toLowest, toWords } from './capacity-search.ts'
import { pinToSensorCore, requireTwoCores } from './core-placement.ts'
import { type CpuCap, openCpuCap } from './cpu-cap.ts'
import { type Engine, openEngine } from './engine.ts'
import { median } from './figures.ts'
import { createFreshSources } from './fresh-sources.ts'
import { type Limit, toUsualLimit } from './trial.ts'
import type { Load, Rig } from './trial-run.ts'

const sizes = [1, 2, 3] as const
const rounds = 5
const trialSeconds = 1
/** Of the sensors' core, for the engine of each: three must leave the other core's generator and load balancer room. */
const coresPerSensor = 0.1
/** So small that a second of an overload shows as drops. */
const ringMebibytes = 4
const firstSearch = { factor: 1.3, precision: 1.12, mostTrials: 8 }
const firstGuess = 13_500

export interface FleetFigures {
  readonly efficiency2: number
  readonly efficiency3: number
  readonly coresPerSensor: number
  /** Zero-loss packets/s of one, two and three sensors, one value a round. */
  readonly runs: { readonly one: readonly number[]; readonly two: readonly number[]; readonly three: readonly number[] }
  /** What most rounds met above those rates. */
  readonly limitedBy: Readonly<Record<'one' | 'two' | 'three', Limit | null>>
  /** Rate to that many times the rate of one sensor in the same round. */
  readonly efficiencyRuns: { readonly two: readonly number[]; readonly three: readonly number[] }
}

interface CappedFleet {
  readonly rig: Rig
  readonly rates: number[]
  readonly limits: (Limit | null)[]
}

/** Fleets of one, two and three equal sensors, each behind a load balancer of its own, in turn. */
export async function measureFleet(say: (text: string) => void, signal: AbortSignal): Promise<FleetFigures> {
  requireTwoCores()
  const started: StartedFleet[] = []
  try {
    const starts = await Promise.allSettled(sizes.map((size) => startFleet(size, say, signal)))
    started.push(...starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : [])))
    for (const start of starts) if (start.status === 'rejected') throw start.reason
    say('fleet: waiting until every sensor is healthy')
    const fleets: CappedFleet[] = []
    for (const fleet of started) fleets.push(await capEngines(fleet, signal))
    return await measureRounds(fleets, say, signal)
  } finally {
    // All of them, also when one cannot be removed.
    const ends = await Promise.allSettled(started.map(stopFleet))
    for (const end of ends) if (end.status === 'rejected') say(String(end.reason))
  }
}

async function measureRounds(
  fleets: readonly CappedFleet[],
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<FleetFigures> {
  const toNextLoad = createLoads()
  for (let round = 1; round <= rounds; round++) {
    for (const [index, { rig, rates, limits }] of fleets.entries()) {
      const search = round === 1 ? firstSearch : laterSearch
      const found = await findCapacity(rig, { ...search, guess: toGuess(fleets, index) }, toNextLoad, signal)
      if (found.best === null) throw new Error(`${rig.name} sustained no rate down to ${toLowest(found)} packets/s`)
      rates.push(found.best.packetsPerSecond)
      limits.push(found.limitedBy)
      say(`fleet: round ${round} of ${rounds}, ${rig.name}: ${toWords(found)}`)
    }
  }
  const [one = [], two = [], three = []] = fleets.map(({ rates }) => rates)
  const [byOne = null, byTwo = null, byThree = null] = fleets.map(({ limits }) => toUsualLimit(limits))
  const limitedBy = { one: byOne, two: byTwo, three: byThree }
  return { ...toEfficiencies(one, two, three), coresPerSensor, runs: { one, two, three }, limitedBy }
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
  const own = fleets[index]?.rates.at(-1)
  const one = fleets[0]?.rates.at(-1) ?? firstGuess
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

/**
 * The engine alone is capped: the agent's share does not grow with the traffic. Of the cap some 6 % go to the engine's
 * managers and its statistics, in each sensor alike, so the ratio of two sizes does not see it.
 */
async function capEngines({ size, region, caps, engines }: StartedFleet, signal: AbortSignal): Promise<CappedFleet> {
  for (const [index, engine] of (await openEngines(region, signal)).entries()) {
    engines.push(engine)
    const cap = openCpuCap(`mft-bench-${region.id}-${index + 1}`, coresPerSensor)
    caps.push(cap)
    cap.add(engine.pid)
    await pinToSensorCore(engine.pid)
  }
  const { namespace, options } = toDestination(region.plan)
  return { rig: { name: `fleet of ${size}`, sender: { namespace, options }, engines }, rates: [], limits: [] }
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

function createLoads(): (packetsPerSecond: number) => Load {
  const toFreshSources = createFreshSources()
  return (packetsPerSecond) => ({
    options: [
      ...['--scenario', 'imix', '--flows', 'udp=768,tcp=768', '--virtual-networks', '1'],
      ...['--sources', String(sourcesPerTrial), ...toFreshSources()],
    ],
    packetsPerSecond,
    packets: packetsPerSecond * trialSeconds,
  })
}
