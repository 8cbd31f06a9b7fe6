import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Scenario } from '../../load/scenario.ts'
import { requireTwoCores } from './core-placement.ts'
import { startEngineRig } from './engine-rig.ts'
import { median } from './figures.ts'
import { createFreshSources } from './fresh-sources.ts'
import type { Trial } from './trial.ts'
import { type Rig, runTrial } from './trial-run.ts'

/** Medians of few runs, or one long run: this shows the shape of a curve, not a figure to hold anybody to. */
export interface GrowthPoint {
  readonly what: 'flows' | 'sources' | 'frame bytes'
  readonly value: number
  readonly packets: number
  readonly packetsPerSecond: number
  readonly lossRatio: number
  /** Of the engine. Softirq is counted at ticks, for the whole machine: useless for trials of a second. */
  readonly cpuSecondsPerMillion: number
  readonly cpuRuns: readonly number[]
}

interface Point {
  readonly what: GrowthPoint['what']
  readonly value: number
  readonly scenario: Scenario
  readonly packetsPerSecond: number
}

const usualPackets = 10_000
const usualRate = 30_000
const usual = { flows: 256, sources: 8, frameBytes: 256 } as const
/** One packet a flow at the end, so a million flows are a million packets. */
const flowCounts = [100, 10_000, 1_000_000]
const sourceCounts = [1, 200]
const frameLengths = [64, 8446]
/** Points of so many packets are faster, and measured once: their length evens moods out. */
const manyPackets = 100_000
/** Flows under way at once: the most that a scenario takes. */
const mostConcurrent = 65_536

/** What is measured, in this order: a million flows time out over the next minute, which costs whoever comes after. */
export const growthPoints: readonly Point[] = [
  ...sourceCounts.map((value): Point => {
    const scenario = toScenario({ ...usual, sources: value, packets: usualPackets })
    return { what: 'sources', value, packetsPerSecond: usualRate, scenario }
  }),
  ...frameLengths.map((value): Point => {
    const scenario = toScenario({ ...usual, frameBytes: value, packets: usualPackets })
    return { what: 'frame bytes', value, packetsPerSecond: usualRate, scenario }
  }),
  ...flowCounts.map((value): Point => {
    const packets = Math.max(usualPackets, value)
    const packetsPerSecond = packets >= manyPackets ? 80_000 : usualRate
    return { what: 'flows', value, packetsPerSecond, scenario: toScenario({ ...usual, flows: value, packets }) }
  }),
]

interface Shape {
  readonly flows: number
  readonly sources: number
  readonly frameBytes: number
  readonly packets: number
}

/** UDP flows that share the packets evenly, all of them begun within the run. */
function toScenario({ flows, sources, frameBytes, packets }: Shape): Scenario {
  return {
    ...{ name: 'growth', summary: 'equal UDP flows', seed: 1, directions: 'both' },
    sources: { count: sources, virtualNetworks: 1, sameInnerAddresses: false },
    flows: [
      {
        kind: 'udp',
        concurrent: Math.min(flows, mostConcurrent),
        frameBytes: [frameBytes],
        passes: Math.max(1, Math.round(packets / flows)),
      },
    ],
    outerPorts: { first: 65_408, count: 128 },
    rate: null,
    packets,
    seconds: 60,
  }
}

/** Each point's median; the machine is up to twice as slow at one moment as at another, so a round goes over all points. */
const rounds = 1

/** Our configuration with Suricata's own decoder, on a core of its own, one point after the other. */
export async function measureGrowth(say: (text: string) => void, signal: AbortSignal): Promise<readonly GrowthPoint[]> {
  requireTwoCores()
  const folder = await mkdtemp(join(tmpdir(), 'mirror-fleet-bench-'))
  try {
    const rig = await startEngineRig('suricata', folder, signal)
    try {
      return await measurePoints(rig, join(folder, 'growth.json'), say, signal)
    } finally {
      await rig.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const warmUp = { options: ['--scenario', 'imix'], packetsPerSecond: usualRate, packets: usualPackets }

/** @param file gets the scenario of each point in turn */
async function measurePoints(rig: Rig, file: string, say: (text: string) => void, signal: AbortSignal) {
  const toFreshSources = createFreshSources()
  // The first packets of an engine cost more than any later ones, and belong to no point.
  await runTrial(rig, warmUp, signal)
  const measured = growthPoints.map((point) => ({ point, trials: [] as Trial[] }))
  for (let round = 1; round <= rounds; round++) {
    say(`growth: round ${round} of ${rounds}`)
    for (const { point, trials } of measured) {
      const { scenario, packetsPerSecond } = point
      const isLong = scenario.packets >= manyPackets
      if (isLong && round < rounds) continue
      await writeFile(file, JSON.stringify(scenario))
      const load = { options: ['--scenario', file, ...toFreshSources()], packetsPerSecond, packets: scenario.packets }
      trials.push(await runTrial(rig, load, signal))
    }
  }
  return measured.map(({ point, trials }) => toGrowthPoint(point, trials))
}

export function toGrowthPoint({ what, value }: Pick<GrowthPoint, 'what' | 'value'>, trials: readonly Trial[]) {
  const over = (pick: (trial: Trial) => number) => median(trials.map(pick))
  return {
    what,
    value,
    packets: over(({ packets }) => packets),
    packetsPerSecond: over(({ packetsPerSecond }) => packetsPerSecond),
    lossRatio: over(({ lossRatio }) => lossRatio),
    cpuSecondsPerMillion: over(({ processSecondsPerMillion }) => processSecondsPerMillion),
    cpuRuns: trials.map(({ processSecondsPerMillion }) => processSecondsPerMillion),
  } satisfies GrowthPoint
}
