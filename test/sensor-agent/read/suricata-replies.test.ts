import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Command, decodeMessage } from '../../../sensor-agent/read/suricata-replies.ts'
import { suricataMessage } from '../../support/suricata-fixture.ts'

describe('replies recorded from Suricata 7.0.10', () => {
  it.each([
    ['iface-stat', { packets: 80153, drops: 38961, invalidChecksums: 0 }],
    ['uptime', 517],
    ['ruleset-stats', { rulesLoaded: 1, rulesFailed: 1 }],
    ['ruleset-reload-nonblocking', 'accepted'],
    ['version', '7.0.10 RELEASE'],
    ['running-mode', 'workers'],
    ['capture-mode', 'AF_PACKET_DEV'],
  ] as const)('%s', (command, value) => {
    expect(decodeMessage(command, suricataMessage(`${command}-7.0.10`))).toEqual({ ok: true, value })
  })

  it('ruleset-reload-time is a text that changes with a reload', () => {
    const answer = decodeMessage('ruleset-reload-time', suricataMessage('ruleset-reload-time-7.0.10'))
    expect(answer.ok && answer.value).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d{4}$/)
  })
})

describe('replies of another shape', () => {
  it.each([
    ['iface-stat', { pkts: 1, drop: 0 }, 'invalid-checksums'],
    ['iface-stat', { pkts: '1', drop: 0, 'invalid-checksums': 0 }, 'pkts'],
    ['uptime', 'long', 'uptime'],
    ['ruleset-stats', [], 'ruleset-stats'],
    ['ruleset-stats', [{ rules_loaded: 1 }], 'ruleset-stats'],
    ['ruleset-reload-time', [{}], 'ruleset-reload-time'],
    ['version', 7, 'version'],
  ] as const)('%s %j is a fault that says what is wrong', (command, message, name) => {
    const answer = decodeMessage(command, message)
    expect(answer.ok ? '' : answer.fault).toContain(name)
  })

  it('takes the latest reload of several engines', () => {
    const message = [{ last_reload: '2026-11-24T06:36:20' }, { last_reload: '2026-11-25T06:36:20' }]
    expect(decodeMessage('ruleset-reload-time', message)).toEqual({ ok: true, value: '2026-11-25T06:36:20' })
  })

  it('never throw', () => {
    const commands: readonly Command[] = ['iface-stat', 'uptime', 'ruleset-stats', 'ruleset-reload-time', 'version']
    fc.assert(
      fc.property(
        fc.constantFrom(...commands),
        fc.jsonValue(),
        (command, message) => void decodeMessage(command, message),
      ),
    )
  })
})
