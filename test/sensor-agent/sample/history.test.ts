import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../healthcheck/limits.ts'
import { emptyHistory, nextHistory } from '../../../sensor-agent/sample/history.ts'
import { readingOf, type Seen } from '../../support/reading.ts'

const historyOf = (windowSeconds: number, seen: readonly Seen[]) =>
  seen.map((one) => readingOf(one)).reduce(nextHistory, emptyHistory(windowSeconds, defaultLimits))

describe('a history', () => {
  it('keeps the readings of its window and the one before it, not more', () => {
    const seen = Array.from({ length: 100 }, (_, atSeconds) => ({ atSeconds }))
    const { readings } = historyOf(10, seen)
    expect(readings.map(({ atSeconds }) => atSeconds)).toEqual([89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99])
  })

  it('keeps what its window is counted from over a gap that is longer than the window', () => {
    const { readings } = historyOf(10, [{ atSeconds: 0 }, { atSeconds: 1 }, { atSeconds: 100 }])
    expect(readings.map(({ atSeconds }) => atSeconds)).toEqual([1, 100])
  })

  it('stays bounded and covers its window, however often it is fed', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3000)), (gaps) => {
        let atSeconds = 0
        let history = emptyHistory(20, defaultLimits)
        for (const gap of gaps) {
          atSeconds += gap / 1000
          history = nextHistory(history, readingOf({ atSeconds }))
          const [oldest, second] = history.readings
          expect(
            second === undefined || second.atSeconds > atSeconds - 20 || oldest?.atSeconds === second.atSeconds,
          ).toBe(true)
        }
        expect(history.readings.length).toBeLessThanOrEqual(1024)
      }),
    )
    const crowded = Array.from({ length: 3000 }, (_, index) => ({ atSeconds: index / 1000 }))
    expect(historyOf(10, crowded).readings.length).toBe(1024)
  })

  it('begins anew with a reading of another clock', () => {
    const history = historyOf(10, [{ atSeconds: 500, packets: 5 }, { atSeconds: 501, packets: 9 }, { atSeconds: 3 }])
    expect(history.readings).toHaveLength(1)
    expect(history).toMatchObject({ socketAnsweredSeconds: 3, countersMovedSeconds: 3, mirroredSeconds: 3 })
  })
})
