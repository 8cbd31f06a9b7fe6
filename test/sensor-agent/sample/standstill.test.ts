import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../healthcheck/limits.ts'
import { defaultPatience, steady, unproven } from '../../../healthcheck/steady.ts'
import { judge } from '../../../healthcheck/verdict.ts'
import { emptyHistory, nextHistory } from '../../../sensor-agent/sample/history.ts'
import { toWindow } from '../../../sensor-agent/sample/window.ts'
import { nextStuck, notStuck } from '../../../sensor-agent/stuck.ts'
import { readingOf, type Seen } from '../../support/reading.ts'

interface Outcome {
  readonly reasons: readonly string[]
  readonly ready: boolean
  readonly replaced: boolean
}
const patience = { brokenSeconds: 30, silentSeconds: 300 }
const facts = { suricataUp: true, draining: false, rulesRejected: 0 }

/** All that the agent makes of one reading a second: from the counters to the decision about the engine. */
function simulate(seconds: number, at: (second: number) => Seen, windowSeconds = 10): readonly Outcome[] {
  let history = emptyHistory(windowSeconds, defaultLimits)
  let readiness = unproven
  let stuck = notStuck
  return Array.from({ length: seconds }, (_, second) => {
    history = nextHistory(history, readingOf({ atSeconds: second, ...at(second) }))
    const verdict = judge(toWindow(history, facts, windowSeconds), defaultLimits)
    readiness = steady(readiness, verdict, second, defaultPatience)
    const next = nextStuck(stuck, verdict, second, history.capturedSeconds === second, patience)
    stuck = next.stuck
    return { reasons: verdict.findings.map(({ reason }) => reason), ready: readiness.ready, replaced: next.replace }
  })
}

/** Workers hand over their counters every third second, not all at once. */
const pollsAt = (second: number, worker = 0): number => 1 + Math.floor((second + worker) / 3) * 30

/** A healthy engine of four workers on a line of a thousand packets a second. */
const healthy = (second: number): Seen => ({
  received: second * 1000,
  packets: second * 1000,
  uptime: second,
  polls: [0, 1, 2, 3].map((worker) => pollsAt(second, worker)),
  switches: second * 10,
})
const silent = { packets: null, uptime: null } as const

const found = (outcomes: readonly Outcome[]): readonly string[] => [...new Set(outcomes.flatMap((one) => one.reasons))]
const secondsOf = (outcomes: readonly Outcome[], is: (one: Outcome) => boolean): readonly number[] =>
  outcomes.flatMap((one, second) => (is(one) ? [second] : []))
const replaced = (outcomes: readonly Outcome[]) => secondsOf(outcomes, (one) => one.replaced)
const first = (outcomes: readonly Outcome[], reason: string) =>
  outcomes.findIndex(({ reasons }) => reasons.includes(reason))

describe('an engine that is well', () => {
  it('is ready and stays it', () => {
    const outcomes = simulate(200, healthy)
    expect(found(outcomes)).toEqual([])
    expect(outcomes.slice(4).every(({ ready }) => ready)).toBe(true)
  })

  it.each([0, 1])('is ready for an hour on a quiet line, and when packets return (%i stray a second)', (strays) => {
    const hour = 3600
    const outcomes = simulate(hour + 60, (second) => {
      const mirrored = Math.max(0, second - hour) * 1000
      return { ...healthy(second), received: second * strays + mirrored, packets: mirrored }
    })
    expect(found(outcomes.filter((_, second) => second > hour))).toEqual([])
    expect(found(outcomes)).toEqual(['no-traffic'])
    expect(secondsOf(outcomes, ({ ready }) => !ready)).toEqual([0, 1, 2, 3])
  })

  it.each([2, 10, 60, 300])('is not called blind for one stray burst, with a window of %i s', (windowSeconds) => {
    const burst = (second: number) => (second < 50 ? 0 : 100)
    const at = (second: number) => ({ ...healthy(second), received: burst(second), packets: 0 })
    expect(found(simulate(250, at, windowSeconds))).toEqual([])
  })

  it.each([10, 300])(
    'is not called blind for stray bursts every half a minute, with a window of %i s',
    (windowSeconds) => {
      const at = (second: number) => ({ ...healthy(second), received: Math.floor(second / 30) * 100, packets: 0 })
      expect(found(simulate(2000, at, windowSeconds))).toEqual([])
    },
  )

  it('is not called blind for what the node forwards', () => {
    const at = (second: number) => ({ ...healthy(second), received: second * 500, own: second * 500, packets: 0 })
    expect(found(simulate(250, at))).toEqual([])
  })

  it('loads rules in the foreground for two minutes, and is out of service but not replaced', () => {
    const outcomes = simulate(300, (second) => ({
      ...healthy(second),
      ...(second >= 60 && second < 181 ? silent : {}),
    }))
    expect(found(outcomes)).toEqual(['source-failed', 'suricata-silent', 'counters-stale'])
    expect(outcomes.slice(70, 181).some(({ ready }) => ready)).toBe(false)
    expect(replaced(outcomes)).toEqual([])
    expect(outcomes.slice(190).every(({ ready }) => ready)).toBe(true)
  })

  it('is not blamed for the time in which it gave no reply, nor for threads that we cannot see', () => {
    const outcomes = simulate(120, (second) => ({
      ...healthy(second),
      cpu: null,
      switches: undefined,
      polls: pollsAt(second < 60 ? second : Math.max(60, second - 25)),
      ...(second >= 60 && second < 85 ? silent : {}),
    }))
    expect(found(outcomes)).not.toContain('suricata-wedged')
  })

  it('gives counters that we cannot read: degraded, in service, and never replaced', () => {
    const outcomes = simulate(500, (second) => ({ ...healthy(second), ...(second < 60 ? {} : { uptime: 'unknown' }) }))
    expect(found(outcomes)).toEqual(['source-failed', 'counters-stale'])
    expect(outcomes.slice(4).every(({ ready }) => ready)).toBe(true)
    expect(replaced(outcomes)).toEqual([])
  })

  it('has no reading of the uptime, or one that stands: nothing rests on it', () => {
    expect(found(simulate(100, (second) => ({ ...healthy(second), uptime: 5 })))).toEqual([])
  })
})

describe('counters that are old', () => {
  const at = (second: number): Seen => ({ ...healthy(second), polls: [1, 1, 1, 1] })

  it('are no standstill of workers that run: in service, and not replaced', () => {
    const outcomes = simulate(200, at)
    expect(found(outcomes)).toEqual([])
    expect(outcomes.slice(4).every(({ ready }) => ready)).toBe(true)
    expect(replaced(outcomes)).toEqual([])
  })

  it('are one of workers that do not run', () => {
    expect(found(simulate(50, (second) => ({ ...at(second), switches: 7 })))).toContain('suricata-wedged')
  })
})

describe('an engine that is stopped while packets arrive', () => {
  const stopSecond = 60
  const stopped = (second: number): Seen => ({ ...healthy(second), ...silent, switches: stopSecond * 10 })

  it('is wedged and out of service within ten seconds, and replaced', () => {
    const outcomes = simulate(100, (second) => (second < stopSecond ? healthy(second) : stopped(second)))
    expect(first(outcomes, 'suricata-wedged') - stopSecond).toBeLessThanOrEqual(7)
    expect(outcomes.slice(stopSecond).findIndex(({ ready }) => !ready)).toBeLessThanOrEqual(9)
    expect(replaced(outcomes)).toEqual([first(outcomes, 'suricata-wedged') + 30])
    expect(found(outcomes)).not.toContain('capture-blind')
  })

  it('stays wedged and out when its traffic has moved away, and is replaced', () => {
    const outcomes = simulate(200, (second) => ({
      ...(second < stopSecond ? healthy(second) : stopped(second)),
      received: Math.min(second, stopSecond + 10) * 1000,
    }))
    const wedged = first(outcomes, 'suricata-wedged')
    expect(outcomes.slice(wedged).every(({ reasons }) => reasons.includes('suricata-wedged'))).toBe(true)
    expect(secondsOf(outcomes, ({ ready }) => ready).at(-1)).toBeLessThan(wedged + 3)
    expect(replaced(outcomes)[0]).toBe(wedged + 30)
  })

  it('is well at once when it goes on', () => {
    const outcomes = simulate(120, (second) =>
      second < stopSecond || second >= 80 ? healthy(second) : stopped(second),
    )
    expect(found(outcomes.slice(80))).toEqual([])
    expect(outcomes[84]?.ready).toBe(true)
    expect(replaced(outcomes)).toEqual([])
  })

  it('on a quiet line is silent, and replaced only after the patience for that', () => {
    const outcomes = simulate(400, (second) => ({
      ...(second < stopSecond ? healthy(second) : stopped(second)),
      received: Math.min(second, stopSecond) * 1000,
    }))
    expect(found(outcomes)).not.toContain('suricata-wedged')
    expect(replaced(outcomes)).toEqual([first(outcomes, 'suricata-silent') + 300])
  })
})

describe('one worker of four that hangs', () => {
  const hangs = (second: number): Seen => {
    const hung = Math.min(second, 60)
    return { ...healthy(second), polls: [pollsAt(second), pollsAt(hung, 1), pollsAt(second, 2), pollsAt(second, 3)] }
  }

  it('is seen although the others go on', () => {
    const outcomes = simulate(100, hangs)
    expect(first(outcomes, 'suricata-wedged')).toBeGreaterThan(60)
    expect(first(outcomes, 'suricata-wedged')).toBeLessThanOrEqual(67)
    expect(replaced(outcomes)).toEqual([first(outcomes, 'suricata-wedged') + 30])
  })

  it('is seen on a quiet line, and when the traffic has moved away', () => {
    const outcomes = simulate(100, (second) => ({ ...hangs(second), received: 0, packets: 0 }))
    expect(first(outcomes, 'suricata-wedged')).toBeLessThanOrEqual(67)
    const left = simulate(200, (second) => ({
      ...hangs(second),
      received: Math.min(second, 70) * 1000,
      packets: Math.min(second, 70) * 1000,
    }))
    expect(secondsOf(left, ({ ready }) => ready).at(-1)).toBeLessThan(70)
  })
})

describe('a capture that is blind', () => {
  const blind = (second: number): Seen => ({ ...healthy(second), packets: Math.min(second, 60) * 1000 })

  it('is found, replaces the engine once, and not again while nothing is captured', () => {
    const outcomes = simulate(1000, blind)
    expect(first(outcomes, 'capture-blind')).toBe(69)
    expect(replaced(outcomes)).toEqual([99])
  })

  it('stays out of service when its traffic has moved away, until a packet is captured', () => {
    const outcomes = simulate(300, (second) => ({
      ...blind(second),
      received: Math.min(second, 75) * 1000,
      packets: Math.min(second, 60) * 1000 + (second < 250 ? 0 : 1),
    }))
    expect(secondsOf(outcomes, ({ ready }) => ready).filter((second) => second > 75 && second < 250)).toEqual([])
    expect(outcomes.at(-1)).toMatchObject({ reasons: [], ready: true })
  })

  it('is not known while the engine does not say what it has captured, unless nothing is attached', () => {
    const mute = (second: number) => ({ ...blind(second), ...(second < 60 ? {} : silent) })
    expect(found(simulate(120, mute))).not.toContain('capture-blind')
    expect(found(simulate(120, (second) => ({ ...mute(second), sockets: 0 })))).toContain('capture-blind')
  })

  it('is a new one with a new engine', () => {
    // A minute without an engine, which then refuses its counters once, as it does in its first second.
    const outcomes = simulate(200, (second) => {
      if (second < 80) return blind(second)
      const since = second - 120
      if (since < 0) return { received: second * 1000, ...silent, cpu: null }
      return {
        ...healthy(second),
        packets: since * 1000,
        uptime: since === 0 ? 'refused' : since,
        polls: pollsAt(since),
      }
    })
    expect(found(outcomes.slice(121))).toEqual([])
    expect(outcomes.at(-1)?.ready).toBe(true)
  })
})
