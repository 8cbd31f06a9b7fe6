import { describe, expect, it } from 'vitest'
import { type RulesetInput, toCounterName, toRuleset } from '../../../../infra/local/load-balancer/nftables.ts'

const targets = [
  { id: 'i-1', address: '198.18.2.1' },
  { id: 'i-2', address: '198.18.2.2' },
]
const input: RulesetInput = {
  address: '198.18.1.10',
  port: 4789,
  eligible: targets,
  counted: targets,
  forgotten: [],
  seed: 0x2a,
}
const linesOf = (changes: Partial<RulesetInput>) => toRuleset({ ...input, ...changes }).split('\n')
const rulesOf = (chain: string, changes: Partial<RulesetInput> = {}) =>
  linesOf(changes).filter((line) => line.startsWith(`add rule ip mirror-fleet-lb ${chain} `))

describe('toRuleset', () => {
  it('hashes the five-tuple of a new flow over the eligible targets, with a fixed seed', () => {
    expect(rulesOf('choose')).toEqual([
      'add rule ip mirror-fleet-lb choose ip daddr 198.18.1.10 udp dport 4789 dnat to jhash ip saddr . udp sport . ip daddr . udp dport mod 2 seed 0x2a map { 0 : 198.18.2.1, 1 : 198.18.2.2 }',
    ])
  })

  it('drops new flows at a named place when there is no target', () => {
    expect(rulesOf('choose', { eligible: [] })).toEqual([
      'add rule ip mirror-fleet-lb choose ip daddr 198.18.1.10 udp dport 4789 counter name no-target drop',
    ])
  })

  it('counts the packets of a draining target, which is not eligible', () => {
    const [counting] = rulesOf('forward', { eligible: targets.slice(1) })
    expect(counting).toContain('{ 198.18.2.1 : "target-i-1", 198.18.2.2 : "target-i-2" }')
  })

  it('passes on only what it has translated', () => {
    expect(linesOf({}).find((line) => line.includes('hook forward'))).toContain('policy drop')
    for (const rule of rulesOf('forward')) expect(rule).toContain('ct status dnat ct original ip daddr 198.18.1.10')
  })

  it('empties the chains but deletes neither them nor a counter in use, so that flows and counts go on', () => {
    const deleting = linesOf({ forgotten: ['i-0'] }).filter((line) => /^(?:delete|destroy|flush)/.test(line))
    expect(deleting).toEqual([
      'flush table ip mirror-fleet-lb',
      `delete counter ip mirror-fleet-lb ${toCounterName('i-0')}`,
    ])
  })
})
