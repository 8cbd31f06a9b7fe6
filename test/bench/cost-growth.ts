import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Scenario } from '../../load/scenario.ts'
import { startEngineRig } from './engine-rig.ts'
import { runTrial } from './trial-run.ts'

/** One run each: this shows the shape of a curve, not a figure to hold anybody to. */
export interface GrowthPoint {
  readonly what: 'flows' | 'sources' | 'frame bytes'
  readonly value: number
  readonly packets: number
  readonly packetsPerSecond: number
  readonly lossRatio: number
  /** Of the engine and of softirq. */
  readonly cpuSecondsPerMillion: number
}

interface Point {
  readonly what: GrowthPoint['what']
  readonly value: number
  readonly scenario: Scenario
  readonly packetsPerSecond: number
}

const usualPackets = 30_000
const usualRate = 30_000
const usual = { flows: 256, sources: 8, frameBytes: 256 } as const
/** One packet a flow at the end, so a million flows are a million packets. */
const flowCounts = [100, 1000, 10_000, 100_000, 1_000_000]
const sourceCounts = [1, 20, 200]
const frameLengths = [64, 256, 512, 1518, 4096, 8446]
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
    const packetsPerSecond = value > 100_000 ? 80_000 : usualRate
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

const warmUp = { options: ['--scenario', 'imix'], packetsPerSecond: usualRate, packets: usualPackets }

/** Our configuration with Suricata's own decoder, one point after the other. */
export async function measureGrowth(say: (text: string) => void, signal: AbortSignal): Promise<readonly GrowthPoint[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mirror-fleet-bench-'))
  try {
    const rig = await startEngineRig('suricata', folder, signal)
    try {
      // The first packets of an engine cost more than any later ones, and belong to no point.
      await runTrial(rig, warmUp, signal)
      const points: GrowthPoint[] = []
      for (const { what, value, scenario, packetsPerSecond } of growthPoints) {
        say(`growth: ${value} ${what}`)
        const file = join(folder, 'growth.json')
        await writeFile(file, JSON.stringify(scenario))
        const load = { options: ['--scenario', file], packetsPerSecond, packets: scenario.packets }
        const trial = await runTrial(rig, load, signal)
        points.push({
          ...{ what, value, packets: trial.packets, packetsPerSecond: trial.packetsPerSecond },
          lossRatio: trial.lossRatio,
          cpuSecondsPerMillion: trial.processSecondsPerMillion + trial.softirqSecondsPerMillion,
        })
      }
      return points
    } finally {
      await rig.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
