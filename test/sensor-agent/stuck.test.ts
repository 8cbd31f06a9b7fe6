import { describe, expect, it } from 'vitest'
import type { Reason, Verdict } from '../../healthcheck/verdict.ts'
import { nextStuck, notStuck } from '../../sensor-agent/stuck.ts'

const verdict = (...reasons: readonly Reason[]): Verdict => ({
  status: reasons.length > 0 ? 'unhealthy' : 'healthy',
  findings: reasons.map((reason) => ({ reason, status: 'unhealthy', observed: 9, limit: 5 })),
})
const patience = { brokenSeconds: 30, silentSeconds: 300 }
const times = (count: number, ...reasons: readonly Reason[]) => Array.from({ length: count }, () => verdict(...reasons))

/** The seconds in which a replacement is asked for, with one verdict a second. */
function replacements(verdicts: readonly Verdict[], captured: (second: number) => boolean = () => false): number[] {
  let stuck = notStuck
  return verdicts.flatMap((one, second) => {
    const next = nextStuck(stuck, one, 100 + second, captured(second), patience)
    stuck = next.stuck
    return next.replace ? [second] : []
  })
}

describe('nextStuck', () => {
  it.each(['suricata-wedged', 'capture-blind'] as const)('replaces an engine that stays %s', (reason) => {
    expect(replacements(times(31, reason))).toEqual([30])
  })

  it('counts one kind of doing nothing on into the next', () => {
    expect(replacements([...times(20, 'suricata-wedged'), ...times(20, 'capture-blind')])).toEqual([30])
  })

  it('begins anew when the engine was well in between', () => {
    const stuck = times(30, 'suricata-wedged')
    expect(replacements([...stuck, verdict(), ...stuck])).toEqual([])
  })

  it('gives the next engine the same time', () => {
    expect(replacements(times(70, 'suricata-wedged'))).toEqual([30, 61])
  })

  it('leaves an engine alone for five minutes that is only silent: it may be loading rules, and captures', () => {
    expect(replacements(times(299, 'suricata-silent'))).toEqual([])
    expect(replacements(times(310, 'suricata-silent'))).toEqual([300])
  })

  it('does not wait so long for one that is silent and does nothing', () => {
    expect(replacements(times(40, 'suricata-silent', 'suricata-wedged'))).toEqual([30])
  })

  it('tries one new engine against a blind capture, and another one only after a packet was captured', () => {
    expect(replacements(times(1000, 'capture-blind'))).toEqual([30])
    expect(replacements(times(1000, 'capture-blind'), (second) => second === 500)).toEqual([30, 530])
    // A break in between shows nothing: it is the packet that counts.
    expect(replacements([...times(40, 'capture-blind'), verdict(), ...times(100, 'capture-blind')])).toEqual([30])
  })

  it.each([
    'suricata-down',
    'draining',
    'drops-critical',
    'worker-saturated',
    'source-failed',
    'rules-missing',
  ] as const)('leaves an engine alone that is only %s', (reason) => {
    expect(replacements(times(1000, reason))).toEqual([])
  })
})
