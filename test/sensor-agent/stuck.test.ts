import { describe, expect, it } from 'vitest'
import type { Reason, Verdict } from '../../healthcheck/verdict.ts'
import { nextStuck, type StuckSince } from '../../sensor-agent/stuck.ts'

const verdict = (...reasons: readonly Reason[]): Verdict => ({
  status: reasons.length > 0 ? 'unhealthy' : 'healthy',
  findings: reasons.map((reason) => ({ reason, status: 'unhealthy', observed: 9, limit: 5 })),
})

/** The instants at which a replacement is asked for, with one verdict a second from second 100 on. */
function replacements(verdicts: readonly Verdict[], patienceSeconds = 30): number[] {
  let since: StuckSince = null
  return verdicts.flatMap((one, index) => {
    const next = nextStuck(since, one, 100 + index, patienceSeconds)
    since = next.since
    return next.replace ? [index] : []
  })
}

describe('nextStuck', () => {
  it.each(['suricata-silent', 'suricata-wedged', 'capture-blind'] as const)('replaces an engine that stays %s', (r) => {
    expect(replacements(Array.from({ length: 31 }, () => verdict(r)))).toEqual([30])
  })

  it('counts one kind of being stuck on into the next', () => {
    const changing = [...Array.from({ length: 20 }, () => verdict('suricata-silent'))]
    changing.push(...Array.from({ length: 20 }, () => verdict('capture-blind')))
    expect(replacements(changing)).toEqual([30])
  })

  it('begins anew when the engine was well in between', () => {
    const stuck = Array.from({ length: 30 }, () => verdict('suricata-wedged'))
    expect(replacements([...stuck, verdict(), ...stuck])).toEqual([])
  })

  it('gives the next engine the same time', () => {
    expect(replacements(Array.from({ length: 70 }, () => verdict('suricata-wedged')))).toEqual([30, 61])
  })

  it.each([
    'suricata-down',
    'draining',
    'drops-critical',
    'worker-saturated',
    'source-failed',
    'rules-missing',
  ] as const)('leaves an engine alone that is only %s', (reason) => {
    expect(replacements(Array.from({ length: 100 }, () => verdict(reason)))).toEqual([])
  })
})
