import { describe, expect, it } from 'vitest'
import { figureHeader, toFigureRow, toFigures } from './bench-report.ts'
import { type MeasuredConfiguration, toSensorFigures } from './sensor-figures.ts'
import type { Trial } from './trial.ts'

const fleet = {
  ...{ efficiency2: 0.95, efficiency3: 0.85, coresPerSensor: 0.1 },
  runs: { one: [10], two: [19], three: [25.5] },
  efficiencyRuns: { two: [0.95], three: [0.85] },
  limitedBy: { one: 'loss', two: 'generator', three: null },
} as const
const agent = {
  ...{ cpuPercent: 1, rssMb: 80, readyzP99Ms: 2, metricsP99Ms: 30, requests: 1000 },
  runs: { cpu: [1], memory: [80], readyz: [2], metrics: [30] },
}

const trial: Trial = {
  ...{ askedPacketsPerSecond: 1e5, packetsPerSecond: 1e5, packets: 1e5, lost: 0, lossRatio: 0, lagShare: 0 },
  ...{ drops: { wire: 0, device: 0, softnet: 0, capture: 0 }, limitedBy: null },
  ...{ processSecondsPerMillion: 9, busiestWorkerShare: 0.5 },
}
const walkthrough: MeasuredConfiguration = {
  ...{ configuration: 'walkthrough', best: [trial], limits: ['loss'], trials: [], paced: [trial], floods: [trial] },
}
const ours: MeasuredConfiguration = {
  ...{ ...walkthrough, configuration: 'suricata', best: [{ ...trial, packetsPerSecond: 2e5 }] },
}

describe("the bench's table", () => {
  it('has only what was measured', () => {
    expect(toFigures({})).toEqual([])
    expect(toFigures({ fleet })).toHaveLength(5)
  })

  it('says of each figure with a goal whether it is within or misses', () => {
    const verdicts = toFigures({ fleet, agent }).map(({ name, verdict }) => [name, verdict])
    expect(verdicts).toEqual([
      ['one capped sensor without loss', null],
      ['two', null],
      ['three', null],
      ['two sensors to linear', 'within'],
      ['three sensors to linear', 'misses'],
      ['agent CPU, share of one core', 'within'],
      ['agent memory', 'within'],
      ['/readyz, 99th percentile', 'within'],
      ['/metrics, 99th percentile', 'misses'],
    ])
  })

  it('says of a rate whether it is a lower bound', () => {
    expect(
      toFigures({ fleet })
        .slice(0, 3)
        .map(({ note }) => note),
    ).toEqual([
      'limited by loss; in steps of 10 %',
      'a lower bound: limited by the generator; in steps of 10 %',
      'a lower bound; in steps of 10 %',
    ])
  })

  it.each([
    { limitedBy: 'loss', verdict: 'within', note: '' },
    { limitedBy: 'generator', verdict: null, note: 'an upper bound: the walkthrough was not at its limit' },
    { limitedBy: null, verdict: null, note: 'an upper bound: the walkthrough was not at its limit' },
  ] as const)('judges no ratio to a walkthrough that was limited by $limitedBy', ({ limitedBy, verdict, note }) => {
    const sensor = toSensorFigures([{ ...walkthrough, limits: [limitedBy] }, ours], [trial])
    const figure = toFigures({ sensor }).find(({ name }) => name === 'best of ours to the walkthrough')
    expect(figure).toMatchObject({ verdict, note, median: 2 })
  })

  it('holds the worst pace of all rounds to its goal, not the usual one', () => {
    const rates = { ours: [1], oursTwoWorkers: [1], c: [1], packetC: [1], tcpreplay: [1] }
    const generator = {
      ...{ ppsPerCore: 1, ratioToTcpreplay: 1, ratioToC: 1, twoWorkersRatio: 1, paceErrorMost: 0.02 },
      runs: { ...rates, paceError: [0, 0, -0.02] },
      ratioRuns: { tcpreplay: [1], c: [1], twoWorkers: [1] },
    }
    const figure = toFigures({ generator }).find(({ name }) => name.startsWith('worst pace error'))
    expect(figure).toMatchObject({ median: 2, verdict: 'misses' })
  })

  it('shows what was measured of /metrics when that was named', () => {
    const metrics = {
      subject: 'totals',
      series: 9,
      kilobytes: 1,
      p50Ms: 2,
      p99Ms: 3,
      requests: 1000,
      runs: [3],
    } as const
    expect(toFigures({ metrics: [metrics] })).toMatchObject([{ median: 3, verdict: null }])
  })

  it('has a cell for each column', () => {
    for (const figure of toFigures({ fleet, agent })) expect(toFigureRow(figure)).toHaveLength(figureHeader.length)
  })
})
