import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CaptureWindow } from '../../../healthcheck/capture.ts'
import { defaultLimits } from '../../../healthcheck/limits.ts'
import { judge } from '../../../healthcheck/verdict.ts'
import { emptyHistory, nextHistory } from '../../../sensor-agent/sample/history.ts'
import { toWindow } from '../../../sensor-agent/sample/window.ts'
import { readingOf, type Seen } from '../../support/reading.ts'

const facts = { suricataUp: true, draining: false, rulesRejected: 0 }
const WINDOW_SECONDS = 10

/** The window after each of a row of readings. */
function windowsOf(seen: readonly Seen[]): CaptureWindow[] {
  let history = emptyHistory(WINDOW_SECONDS, defaultLimits)
  return seen.map((one) => {
    history = nextHistory(history, readingOf(one))
    return toWindow(history, facts, WINDOW_SECONDS)
  })
}
const lastOf = (seen: readonly Seen[]): Partial<CaptureWindow> => windowsOf(seen).at(-1) ?? {}

/** One reading a second. */
const seconds = (count: number, at: (second: number) => Seen): Seen[] =>
  Array.from({ length: count }, (_, second) => ({ atSeconds: second, ...at(second) }))

/** A healthy engine on a line of `perSecond` mirrored packets; its workers report every third second. */
const healthy = (second: number, perSecond: number): Seen => ({
  received: second * perSecond,
  packets: Math.max(0, second - 1) * perSecond,
  uptime: second,
  polls: Math.floor(second / 3) * 30,
  workerPackets: Math.floor(second / 3) * 3 * perSecond,
})
const reasons = (windows: readonly CaptureWindow[]): string[] => [
  ...new Set(windows.flatMap((window) => judge(window, defaultLimits).findings.map(({ reason }) => reason))),
]

describe('the first window', () => {
  it('has a length, knows no counts, and finds nothing wrong', () => {
    const window = lastOf([{ received: 5000, packets: 4000, drops: 4000, uptime: 90 }])
    const unknown = { receivedPackets: null, capturePackets: null, captureDrops: null, workerBusyRatioMax: null }
    expect(window).toMatchObject({ windowSeconds: 10, ...unknown, socketSilentSeconds: 0, engineStandstillSeconds: 0 })
    expect(reasons(windowsOf([{ atSeconds: 70_000, uptime: 90 }]))).toEqual([])
  })
})

describe('counts', () => {
  it('are of the last window, not since the start', () => {
    const window = lastOf(seconds(60, (second) => ({ ...healthy(second, 100), drops: second })))
    expect(window).toMatchObject({ windowSeconds: 10, receivedPackets: 1000, capturePackets: 1000, captureDrops: 10 })
  })

  it('go on from zero after an engine restart within the window', () => {
    const seen = seconds(10, (second) => ({
      ...healthy(second, 100),
      packets: second < 5 ? 50_000 + second * 100 : (second - 5) * 100,
      drops: second < 5 ? 900 : 3,
    }))
    expect(lastOf(seen)).toMatchObject({ capturePackets: 400 + 0 + 400, captureDrops: 3 })
  })

  it('are unknown, and only they, while their source fails', () => {
    const seen = seconds(8, (second) => ({ ...healthy(second, 100), received: second < 7 ? second * 100 : null }))
    expect(lastOf(seen)).toMatchObject({
      receivedPackets: null,
      receiveSilenceSeconds: null,
      capturePackets: 600,
      failedSources: ['interface'],
    })
  })
})

describe('a healthy engine', () => {
  it.each([0, 1, 3, 1000])('is found healthy at %i packets a second, whose workers report every 3 s', (perSecond) => {
    expect(reasons(windowsOf(seconds(120, (second) => healthy(second, perSecond))))).toEqual([])
  })

  it('is found healthy when packets return after minutes of silence', () => {
    const total = (second: number) => Math.max(0, second - 200) * 1000
    const seen = seconds(230, (second) => ({
      ...healthy(second, 0),
      received: total(second),
      packets: total(second - 2),
    }))
    expect(reasons(windowsOf(seen))).toEqual([])
  })

  it('is found healthy when a burst is followed by silence', () => {
    const seen = seconds(60, (second) => ({
      ...healthy(second, 0),
      received: second < 20 ? 0 : 5000,
      packets: second < 21 ? 0 : 5000,
    }))
    expect(reasons(windowsOf(seen))).toEqual([])
  })

  it('is found healthy on a line with ARP and health checks alone, which its filter keeps from it', () => {
    const seen = seconds(250, (second) => ({
      ...healthy(second, 0),
      received: second * 20 + Math.floor(second / 5) * 2,
      own: second * 20,
    }))
    expect(reasons(windowsOf(seen))).toEqual([])
  })

  it('is found healthy when packets return after a burst that was not mirrored, a minute ago', () => {
    const total = (second: number) => Math.max(0, second - 80) * 1000
    const seen = seconds(110, (second) => ({
      ...healthy(second, 0),
      received: (second < 20 ? 0 : 100) + total(second),
      packets: total(second - 2),
    }))
    expect(reasons(windowsOf(seen).slice(40))).toEqual([])
  })

  it('is not blamed for the minute in which it loaded its rules', () => {
    const seen = seconds(80, (second) => ({
      received: second * 1000,
      packets: second < 60 ? null : (second - 60) * 1000,
      uptime: second < 60 ? null : second === 60 ? 'refused' : second - 60,
      polls: second * 10,
    }))
    const windows = windowsOf(seen)
    expect(reasons(windows.slice(60, 61))).toEqual(['source-failed'])
    expect(reasons(windows.slice(61))).toEqual([])
  })
})

describe('an engine that is broken', () => {
  it('and stopped is silent and wedged within 10 s, and well again when it goes on', () => {
    const stopped = (second: number) => second >= 30 && second < 60
    const windows = windowsOf(
      seconds(80, (second) => {
        const seen = healthy(second, 1000)
        const switches = Math.min(second, 30) * 10
        return stopped(second) ? { ...seen, packets: null, uptime: null, switches } : seen
      }),
    )
    expect(reasons(windows.slice(0, 30))).toEqual([])
    expect(reasons(windows.slice(39, 40))).toEqual(expect.arrayContaining(['suricata-silent', 'suricata-wedged']))
    expect(reasons(windows.slice(60))).toEqual([])
  })

  it('has workers that stand still while the socket answers: wedged', () => {
    const windows = windowsOf(seconds(20, (second) => ({ ...healthy(second, 1000), polls: 5, workerPackets: 5 })))
    expect(windows.at(-1)?.engineStandstillSeconds).toBeGreaterThan(15)
    expect(reasons(windows)).toContain('suricata-wedged')
  })

  it('captures nothing from the first packet on: blind, though its workers poll', () => {
    const windows = windowsOf(seconds(20, (second) => ({ ...healthy(second, 50), packets: 7, workerPackets: 7 })))
    expect(reasons(windows)).toContain('capture-blind')
    expect(reasons(windows)).not.toContain('suricata-wedged')
  })

  it('goes on refusing its counters: stale', () => {
    const windows = windowsOf(seconds(20, (second) => ({ ...healthy(second, 50), uptime: 'refused' })))
    expect(reasons(windows)).toContain('counters-stale')
    expect(reasons(windows)).not.toContain('suricata-silent')
  })

  it('refuses all it is asked, which is an answer of the socket all the same', () => {
    const seen = seconds(20, (second) => ({ ...healthy(second, 50), packets: null, uptime: 'refused' }))
    expect(lastOf(seen)).toMatchObject({ socketSilentSeconds: 0, failedSources: ['dump-counters', 'iface-stat'] })
  })

  it('publishes the same snapshot again and again: stale, though its uptime moves', () => {
    const windows = windowsOf(seconds(20, (second) => ({ received: second * 9, packets: 0, uptime: second })))
    expect(windows.at(-1)).toMatchObject({ countersAgeSeconds: 19 })
  })
})

describe('silence of the line', () => {
  it('is counted from the last mirrored packet, whatever else arrives', () => {
    const seen = seconds(100, (second) => ({
      ...healthy(second, 0),
      received: Math.min(second, 30) * 100 + second,
      own: second,
      packets: Math.min(second, 30) * 100,
    }))
    expect(lastOf(seen).receiveSilenceSeconds).toBe(69)
  })

  it('ends with a single packet that the engine captured', () => {
    const seen = seconds(100, (second) => ({ ...healthy(second, 0), packets: second < 90 ? 5 : 6 }))
    expect(lastOf(seen).receiveSilenceSeconds).toBe(9)
  })

  it('does not end with an engine that starts at zero', () => {
    const seen = seconds(100, (second) => ({ ...healthy(second, 0), packets: second < 90 ? 500 : 0 }))
    expect(lastOf(seen).receiveSilenceSeconds).toBe(99)
  })
})

describe('a window', () => {
  it('carries the facts, and the failed sources by name', () => {
    const history = nextHistory(emptyHistory(10, defaultLimits), readingOf({ packets: null, cpu: null }))
    const window = toWindow(history, { suricataUp: true, draining: true, rulesRejected: 3 }, 10)
    expect(window).toMatchObject({ suricataUp: true, draining: true, rulesRejected: 3 })
    expect(window.failedSources).toEqual(['iface-stat', 'thread-cpu'])
  })

  it('does not name sources as failed that an engine which is down cannot answer', () => {
    const history = nextHistory(
      emptyHistory(10, defaultLimits),
      readingOf({ packets: null, cpu: null, received: null }),
    )
    const window = toWindow(history, { ...facts, suricataUp: false }, 10)
    expect(window.failedSources).toEqual(['interface'])
  })

  it('does not count our own rule: with no other there is no detection', () => {
    const rulesLoaded = (count: number) => {
      const reading = readingOf({})
      const counters = reading['dump-counters']
      if (!counters.ok) throw new Error(counters.fault)
      const answer = { ok: true, value: { ...counters.value, rulesLoaded: count } } as const
      const history = nextHistory(emptyHistory(10, defaultLimits), { ...reading, 'dump-counters': answer })
      return toWindow(history, facts, 10).rulesLoaded
    }
    expect([1, 2, 40_000, 0].map(rulesLoaded)).toEqual([0, 1, 39_999, 0])
  })

  it('knows nothing before the first reading, and says so without throwing', () => {
    const window = toWindow(emptyHistory(10, defaultLimits), facts, 10)
    expect(judge(window, defaultLimits).status).toBe('healthy')
    expect(window.receivedPackets).toBeNull()
  })

  it('holds only figures of at least 0, whatever the sources say and whenever', () => {
    const count = fc.option(fc.nat(5000))
    const seen = fc.record({
      atSeconds: fc.integer({ min: -50, max: 50 }),
      received: count,
      own: count,
      loopback: fc.nat(5000),
      packets: count,
      drops: fc.nat(5000),
      uptime: fc.oneof(count, fc.constant('refused' as const)),
      polls: fc.nat(3),
      cpu: fc.option(fc.array(fc.tuple(fc.constantFrom('W#01', 'W#02'), fc.nat(9)))),
    })
    fc.assert(
      fc.property(fc.array(seen, { minLength: 1, maxLength: 30 }), (all) => {
        for (const window of windowsOf(all)) {
          const figures = Object.values(window).filter((value) => typeof value === 'number')
          expect(figures.every((value) => Number.isFinite(value) && value >= 0)).toBe(true)
          expect(window.windowSeconds).toBeGreaterThan(0)
        }
      }),
    )
  })

  it('holds the totals of whatever was sent, when nothing restarts', () => {
    const steps = fc.array(fc.record({ packets: fc.nat(500), drops: fc.nat(9) }), { minLength: 2, maxLength: 40 })
    fc.assert(
      fc.property(steps, (sent) => {
        let packets = 0
        let drops = 0
        const seen = sent.map((step, atSeconds) => {
          packets += step.packets
          drops += step.drops
          return { atSeconds, packets, drops, received: packets, uptime: atSeconds }
        })
        const inWindow = sent.slice(Math.max(1, sent.length - WINDOW_SECONDS))
        const sum = (field: 'packets' | 'drops') => inWindow.reduce((total, step) => total + step[field], 0)
        expect(lastOf(seen)).toMatchObject({
          capturePackets: sum('packets'),
          captureDrops: sum('drops'),
          receivedPackets: sum('packets'),
        })
      }),
    )
  })
})
