import { describe, expect, it } from 'vitest'
import { decodeScenario } from '../../load/scenario-file.ts'
import { growthPoints, toGrowthPoint } from './cost-growth.ts'
import { type TrialCounters, toTrial } from './trial.ts'

describe('the points of the growth curves', () => {
  it.each(growthPoints)('$what $value is a scenario that the generator takes', ({ scenario }) => {
    expect(decodeScenario(JSON.parse(JSON.stringify(scenario)))).toEqual({ ok: true, scenario })
  })

  it.each(growthPoints.filter(({ what }) => what === 'flows'))('$value flows share their packets', (point) => {
    const [flow] = point.scenario.flows
    const packetsPerFlow = flow?.kind === 'udp' ? flow.passes : 0
    expect(point.scenario.packets / packetsPerFlow).toBe(point.value)
  })
})

describe('a point of a growth curve', () => {
  const before: TrialCounters = {
    ...{ captured: 0, captureDrops: 0, deviceDrops: 0, softnetDrops: 0 },
    ...{ engineSeconds: 0, workerSeconds: [] },
  }
  const trial = (engineSeconds: number) => {
    const rates = { askedPacketsPerSecond: 1e6, achievedPacketsPerSecond: 1e6, packets: 1e6 }
    const sending = { ...rates, wireDrops: 0, engineSecondsAtEnd: engineSeconds }
    return toTrial(sending, before, { ...before, captured: 1e6, engineSeconds })
  }

  it("is the engine's CPU in the middle one of its rounds: one bad moment moves nothing", () => {
    const point = toGrowthPoint({ what: 'sources', value: 1 }, [trial(22), trial(3), trial(2.5)])
    expect(point).toMatchObject({ what: 'sources', value: 1, cpuSecondsPerMillion: 3, lossRatio: 0, packets: 1e6 })
  })
})
