import { describe, expect, it } from 'vitest'
import type { ConfigurationName } from './engine-configurations.ts'
import { type MeasuredConfiguration, toSensorFigures } from './sensor-figures.ts'
import type { Trial } from './trial.ts'

const trial = (packetsPerSecond: number, changes: Partial<Trial> = {}): Trial => ({
  ...{ askedPacketsPerSecond: packetsPerSecond, packetsPerSecond, packets: packetsPerSecond, lost: 0, lossRatio: 0 },
  ...{ drops: { wire: 0, device: 0, softnet: 0, capture: 0 }, lagShare: 0, limitedBy: null },
  ...{ processSecondsPerMillion: 9, busiestWorkerShare: 0.5 },
  ...changes,
})
const pacedOf = (round: number) => ({
  processSecondsPerMillion: 3 + round,
  busiestWorkerShare: [0.55, 0.99, 0.9][round] ?? Number.NaN,
})
const measured = (configuration: ConfigurationName, rates: readonly number[]): MeasuredConfiguration => {
  const best = rates.map((rate) => trial(rate))
  const paced = rates.map((_, round) => trial(4e4, pacedOf(round)))
  const floods = [trial(250_000), trial(200_000), trial(250_000)]
  return { configuration, best, limits: ['loss', 'loss', 'lag'], trials: best, paced, floods }
}

describe("the sensor's figures", () => {
  const sinkFloods = [trial(500_000), trial(500_000), trial(400_000)]
  const figures = toSensorFigures(
    [measured('walkthrough', [100, 50, 100]), measured('suricata', [140, 70, 150]), measured('kernel', [180, 80, 400])],
    sinkFloods,
  )

  it("hold the better of ours against the walkthrough's in the same round", () => {
    expect(figures.bestRatioRuns).toEqual([1.8, 1.6, 4])
    expect(figures.bestRatioToWalkthrough).toBe(1.8)
    expect(figures.suricata.ratioToWalkthrough).toBe(1.4)
  })

  it('are medians over the rounds; receiving counts beyond what it takes where nobody listens', () => {
    expect(figures.sinkSecondsPerMillion).toBe(2)
    expect(figures.walkthrough).toMatchObject({
      ...{ zeroLossPps: 100, cpuSecondsPerMillion: 6.5, processSecondsPerMillion: 4, softirqSecondsPerMillion: 2 },
      ...{ limitedBy: 'loss', busiestWorkerRuns: [0.55, 0.99, 0.9] },
    })
  })

  it('count the rounds in which one thread had it all: shares of two modes have no median', () => {
    expect(figures.walkthrough.lopsidedShare).toBeCloseTo(2 / 3, 9)
  })

  it('keep every trial with its configuration, for the chart', () => {
    expect(figures.trials.map(({ configuration }) => configuration)).toEqual([
      ...['walkthrough', 'walkthrough', 'walkthrough', 'suricata', 'suricata', 'suricata'],
      ...['kernel', 'kernel', 'kernel'],
    ])
  })
})
