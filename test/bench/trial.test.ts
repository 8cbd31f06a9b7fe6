import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Sending, type TrialCounters, toTrial, toUsualLimit, wasOffered } from './trial.ts'

const before: TrialCounters = {
  captured: 500,
  captureDrops: 7,
  deviceDrops: 3,
  softnetDrops: 2,
  engineSeconds: 10,
  workerSeconds: [5, 4],
}
const after: TrialCounters = {
  ...before,
  ...{ captured: 100_500, engineSeconds: 10.4, workerSeconds: [5.3, 4.1] },
}
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
      limitedBy: null,
      busiestWorkerShare: expect.closeTo(0.75, 9),
      processSecondsPerMillion: expect.closeTo(4, 9),
    })
  })

  it.each([
    { fault: 'a drop at the capture', sent: {}, now: { captureDrops: 8 }, lost: 1, limitedBy: 'loss' },
    { fault: 'a packet that never came', sent: {}, now: { captured: 100_499 }, lost: 1, limitedBy: 'loss' },
    { fault: 'a ring that was filling up', sent: { engineSecondsAtEnd: 10.3 }, now: {}, lost: 0, limitedBy: 'lag' },
    { fault: 'a slow generator', sent: { achievedPacketsPerSecond: 40_000 }, now: {}, lost: 0, limitedBy: 'generator' },
    {
      fault: 'nothing sent',
      sent: { packets: 0 },
      now: { captured: before.captured },
      lost: 0,
      limitedBy: 'generator',
    },
    {
      fault: 'loss at a rate below the asked one',
      ...{ sent: { achievedPacketsPerSecond: 40_000 }, now: { captureDrops: 8 }, lost: 1, limitedBy: 'loss' },
    },
  ])('is limited by $limitedBy with $fault', ({ sent, now, lost, limitedBy }) => {
    expect(toTrial({ ...sending, ...sent }, before, { ...after, ...now })).toMatchObject({ lost, limitedBy })
  })

  it('is none when more came than was sent', () => {
    expect(() => toTrial(sending, before, { ...after, captured: 100_501 })).toThrow('100001 packets')
  })

  it('offered its rate when the generator reached it to some percent', () => {
    const rates = (packetsPerSecond: number) => ({ askedPacketsPerSecond: 100_000, packetsPerSecond })
    expect([96_000, 98_000, 100_000].map((rate) => wasOffered(rates(rate)))).toEqual([false, true, true])
  })

  it('without capture threads has no busiest one', () => {
    const idle = { ...after, workerSeconds: [] }
    expect(toTrial(sending, { ...before, workerSeconds: [] }, idle).busiestWorkerShare).toBe(0)
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

describe('the usual limit of several searches', () => {
  it.each([
    { limits: ['loss', 'lag', 'loss'], usual: 'loss' },
    { limits: ['generator', null, 'generator', 'loss'], usual: 'generator' },
    { limits: ['loss', 'generator'], usual: 'generator' },
    { limits: [null, null], usual: null },
    { limits: [], usual: null },
  ] as const)('of $limits is $usual', ({ limits, usual }) => {
    expect(toUsualLimit(limits)).toBe(usual)
  })
})
