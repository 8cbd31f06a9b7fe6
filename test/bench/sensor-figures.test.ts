import { describe, expect, it } from 'vitest'
import { toSensorFigures } from './sensor-figures.ts'
import type { Trial } from './trial.ts'

const trial = (packetsPerSecond: number, processSecondsPerMillion: number): Trial => ({
  ...{ askedPacketsPerSecond: packetsPerSecond, packetsPerSecond, packets: packetsPerSecond, lost: 0, lossRatio: 0 },
  ...{ drops: { wire: 0, device: 0, softnet: 0, capture: 0 }, lagShare: 0, sustained: true },
  ...{ processSecondsPerMillion, softirqSecondsPerMillion: 1 },
})
const measured = (configuration: 'walkthrough' | 'suricata' | 'kernel', rates: readonly number[]) => {
  const best = rates.map((rate, round) => trial(rate, 3 + round))
  return { configuration, best, trials: best }
}

describe("the sensor's figures", () => {
  const figures = toSensorFigures([
    measured('walkthrough', [100, 50, 100]),
    measured('suricata', [140, 70, 150]),
    measured('kernel', [180, 80, 400]),
  ])

  it("hold the better of ours against the walkthrough's in the same round", () => {
    expect(figures.bestRatioRuns).toEqual([1.8, 1.6, 4])
    expect(figures.bestRatioToWalkthrough).toBe(1.8)
    expect(figures.suricata.ratioToWalkthrough).toBe(1.4)
  })

  it('are medians over the rounds, and count softirq as CPU too', () => {
    expect(figures.walkthrough).toMatchObject({
      zeroLossPps: 100,
      cpuSecondsPerMillion: 5,
      processSecondsPerMillion: 4,
    })
  })

  it('keep every trial with its configuration, for the chart', () => {
    expect(figures.trials.map(({ configuration }) => configuration)).toEqual([
      ...['walkthrough', 'walkthrough', 'walkthrough', 'suricata', 'suricata', 'suricata'],
      ...['kernel', 'kernel', 'kernel'],
    ])
  })
})
