import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { everyTick, nextTick } from '../../sensor-agent/ticks.ts'
import { manualClock } from '../support/manual-clock.ts'

describe('nextTick', () => {
  it.each([
    ['in the middle of the interval', 0, 10.4, { tick: 1, atSeconds: 11, skipped: 0 }],
    ['at the very start', 0, 10, { tick: 1, atSeconds: 11, skipped: 0 }],
    ['when work took longer than the interval', 0, 13.5, { tick: 4, atSeconds: 14, skipped: 3 }],
    ['when a timer came early', 3, 12.999, { tick: 4, atSeconds: 14, skipped: 0 }],
    ['when work ended on an instant', 1, 12, { tick: 3, atSeconds: 13, skipped: 1 }],
  ])('%s', (_, last, now, next) => {
    expect(nextTick(10, 1, last, now)).toEqual(next)
  })

  it('is later than now, never drifts and never repeats', () => {
    const input = [fc.double({ min: 0, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 60 })] as const
    const more = [fc.nat(1e6), fc.double({ min: 0, max: 1e6, noNaN: true })] as const
    fc.assert(
      fc.property(...input, ...more, (start, interval, last, elapsed) => {
        const next = nextTick(start, interval, last, start + elapsed)
        expect(next.atSeconds).toBeGreaterThanOrEqual(start + elapsed - 1e-6)
        expect(next.atSeconds).toBe(start + next.tick * interval)
        expect(next.tick).toBe(last + 1 + next.skipped)
        expect(next.skipped).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('everyTick', () => {
  async function run(durations: readonly number[]) {
    const clock = manualClock(100)
    const stop = new AbortController()
    const starts: { at: number; skipped: number }[] = []
    await everyTick(clock, 1, stop.signal, async (skipped) => {
      starts.push({ at: clock.nowSeconds(), skipped })
      clock.advance(durations[starts.length - 1] ?? 0)
      if (starts.length === durations.length) stop.abort()
    })
    return starts
  }

  it('starts at once and then once an interval, however long the work takes within it', async () => {
    expect((await run([0.3, 0.9, 0, 0.5])).map(({ at }) => at)).toEqual([100, 101, 102, 103])
  })

  it('skips the instants that slow work has missed instead of catching up', async () => {
    expect(await run([0, 3.2, 0, 0])).toEqual([
      { at: 100, skipped: 0 },
      { at: 101, skipped: 0 },
      { at: 105, skipped: 3 },
      { at: 106, skipped: 0 },
    ])
  })

  it('ends a wait when it is stopped', async () => {
    const stop = new AbortController()
    const forever = { ...manualClock(0), after: () => () => {} }
    const ended = everyTick(forever, 1, stop.signal, async () => {})
    stop.abort()
    await ended
  })

  it('does nothing when it was stopped before it began', async () => {
    const work: number[] = []
    await everyTick(manualClock(0), 1, AbortSignal.abort(), async (skipped) => void work.push(skipped))
    expect(work).toEqual([])
  })
})
