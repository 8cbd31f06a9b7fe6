import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  historySeconds,
  toLossColumns,
  toLossSummary,
  toLossTop,
  toRateColumns,
  toRateSummary,
  toSensorIds,
  withGaps,
  withPoint,
} from '../../../../../infra/local/console/page/series.ts'
import { historyPoint } from '../../../../support/console-view.ts'

const seconds = (...at: number[]) => at.map((second) => historyPoint(second * 1000))
const timesOf = (points: readonly { atMilliseconds: number }[]) => points.map((point) => point.atMilliseconds / 1000)

describe('series of the charts', () => {
  it('holds no point older than the charts are wide, and times that only grow', () => {
    const steps = fc.array(fc.integer({ min: -5, max: 400 }), { maxLength: 60 })
    fc.assert(
      fc.property(steps, (given) => {
        let at = 10_000
        let points = seconds(at).slice()
        for (const step of given) {
          at += step
          points = [...withPoint(points, historyPoint(at * 1000))]
        }
        const times = timesOf(points)
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
        expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThanOrEqual(historySeconds)
      }),
    )
  })

  it('orders sensors by number, so that a new one moves none', () => {
    const packetsPerSecond = { 'sensor-10': 1, 'sensor-2': 1, 'sensor-1': 1 }
    expect(toSensorIds([historyPoint(0, { packetsPerSecond })])).toEqual(['sensor-1', 'sensor-2', 'sensor-10'])
  })

  it('breaks the line where nothing was read for long, whatever the rhythm', () => {
    expect(timesOf(withGaps(seconds(0, 1, 2, 3, 13, 14)))).toEqual([0, 1, 2, 3, 8, 13, 14])
    expect(timesOf(withGaps(seconds(0, 60, 120, 180, 240)))).toEqual([0, 60, 120, 180, 240])
    expect(withGaps(seconds(0, 1, 2, 3, 13))[4]).toMatchObject({ lossRatio: null, mirroredPerSecond: null })
  })

  it('gives the charts columns of equal length, unknown as null', () => {
    const points = [historyPoint(1000), historyPoint(2000, { packetsPerSecond: {}, lossRatio: null })]
    expect(toRateColumns(points, ['sensor-1'])).toEqual([
      [1, 2],
      [100, 100],
      [100, null],
    ])
    expect(toLossColumns(points)).toEqual([
      [1, 2],
      [0, null],
    ])
  })

  it.each([
    [[], 0.1],
    [[0.004, null], 0.1],
    [[0.5], 1],
    [[9.5], 100],
    [[100], 100],
  ])('scales losses of %j %% up to %d %%', (percents, top) => expect(toLossTop(percents)).toBe(top))

  it('says in words what the charts show', () => {
    const points = [historyPoint(1000, { lossRatio: 0.02 }), historyPoint(2000)]
    expect(toRateSummary(points, ['sensor-1'])).toMatch(/Now: mirrored 100; sensor-1 captures 100\.$/)
    expect(toLossSummary(points)).toMatch(/Now 0 %; worst 2 % at/)
    expect(toLossSummary([historyPoint(1000)])).toContain('none at any time')
    expect([toRateSummary([], []), toLossSummary([])]).toEqual([
      'Packets a second over time: no data yet.',
      'Loss over time: no data yet.',
    ])
  })
})
