import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Sending, type TrialCounters, toTrial } from './trial.ts'

const before: TrialCounters = {
  captured: 500,
  captureDrops: 7,
  deviceDrops: 3,
  softnetDrops: 2,
  engineSeconds: 10,
  softirqSeconds: 4,
}
const after: TrialCounters = { ...before, captured: 100_500, engineSeconds: 10.4, softirqSeconds: 4.1 }
const sending: Sending = {
  askedPacketsPerSecond: 50_000,
  achievedPacketsPerSecond: 49_900,
  packets: 100_000,
  wireDrops: 0,
  engineSecondsAtEnd: 10.39,
}

describe('a trial', () => {
  it('is sustained when every packet came through in time', () => {
    expect(toTrial(sending, before, after)).toMatchObject({
      lost: 0,
      lossRatio: 0,
      sustained: true,
      processSecondsPerMillion: expect.closeTo(4, 9),
      softirqSecondsPerMillion: expect.closeTo(1, 9),
    })
  })

  it.each([
    { fault: 'a drop at the capture', sending, after: { ...after, captureDrops: 8 }, lost: 1 },
    { fault: 'a packet that never came to the capture', sending, after: { ...after, captured: 100_499 }, lost: 1 },
    { fault: 'a ring that was filling up', sending: { ...sending, engineSecondsAtEnd: 10.3 }, after, lost: 0 },
    {
      fault: 'a generator that was too slow',
      sending: { ...sending, achievedPacketsPerSecond: 40_000 },
      after,
      lost: 0,
    },
    { fault: 'nothing sent', sending: { ...sending, packets: 0 }, after: before, lost: 0 },
  ])('is not sustained with $fault', ({ sending: sent, after: now, lost }) => {
    expect(toTrial(sent, before, now)).toMatchObject({ sustained: false, lost })
  })

  it('counts a packet as lost once, however many places dropped it', () => {
    fc.assert(
      fc.property(fc.nat(50_000), fc.nat(40_000), (capture, earlier) => {
        const now = { ...after, captured: after.captured - earlier, captureDrops: before.captureDrops + capture }
        const trial = toTrial({ ...sending, wireDrops: earlier }, before, now)
        expect(trial.lost).toBe(capture + earlier)
        expect(trial.drops).toMatchObject({ capture, wire: earlier })
      }),
    )
  })
})
