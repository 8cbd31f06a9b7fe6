import { describe, expect, it } from 'vitest'
import { figureHeader, toFigureRow, toFigures } from './bench-report.ts'

const fleet = {
  ...{ efficiency2: 0.95, efficiency3: 0.85, coresPerSensor: 0.1 },
  runs: { one: [10], two: [19], three: [25.5] },
  efficiencyRuns: { two: [0.95], three: [0.85] },
  limitedBy: { one: 'loss', two: 'generator', three: null },
} as const
const agent = {
  ...{ cpuPercent: 1, rssMb: 80, readyzP99Ms: 2, metricsP99Ms: 30 },
  runs: { cpu: [1], memory: [80], readyz: [2], metrics: [30] },
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
    ).toEqual(['limited by loss', 'a lower bound: limited by the generator', 'a lower bound'])
  })

  it('has a cell for each column', () => {
    for (const figure of toFigures({ fleet, agent })) expect(toFigureRow(figure)).toHaveLength(figureHeader.length)
  })
})
