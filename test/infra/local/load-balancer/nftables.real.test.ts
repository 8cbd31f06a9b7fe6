import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run, runIn } from '../../../../infra/local/command.ts'
import { type RulesetInput, toNothing, toRuleset } from '../../../../infra/local/load-balancer/nftables.ts'

const namespace = `mft-lbnft-${process.pid}`
const nft = (ruleset: string) => runIn(namespace, 'nft', ['-f', '-'], { input: ruleset })
const list = () => runIn(namespace, 'nft', ['list', 'ruleset'])

const toTargets = (count: number, toId = (index: number) => `sensor-${index}`) =>
  Array.from({ length: count }, (_, index) => ({
    id: toId(index),
    address: `198.18.${100 + Math.floor(index / 250)}.${(index % 250) + 1}`,
  }))
const toInput = (targets: RulesetInput['counted'], forgotten: readonly string[] = []): RulesetInput => ({
  address: '198.18.1.10',
  port: 4789,
  eligible: targets,
  counted: targets,
  forgotten,
  seed: 0x6d697272,
})

beforeAll(() => run('ip', ['netns', 'add', namespace]))
afterAll(() => run('ip', ['netns', 'delete', namespace]))

describe('the kernel takes the rules', () => {
  it.each([0, 1, 2, 3, 10, 500])('of %i targets', async (count) => {
    await nft(toNothing())
    await nft(toRuleset(toInput(toTargets(count))))
    expect((await list()).match(/counter target-/g) ?? []).toHaveLength(count)
  })

  it('of targets with every kind of id', async () => {
    const ids = ['0', 'i-0123456789abcdef0', 'A.b_c-D', 'x'.repeat(63), 'map', '1.2.3.4']
    await nft(toNothing())
    await nft(toRuleset(toInput(toTargets(ids.length, (index) => ids[index] ?? ''))))
    for (const id of ids) expect(await list()).toContain(`counter target-${id} {`)
  })

  it('of a smaller group after a larger one, without the counters of those that left', async () => {
    await nft(toNothing())
    await nft(toRuleset(toInput(toTargets(3))))
    await nft(toRuleset(toInput(toTargets(1), ['sensor-1', 'sensor-2'])))
    const rules = await list()
    expect(rules.match(/counter target-[a-z0-9-]+ \{/g)).toEqual(['counter target-sensor-0 {'])
    expect(rules.match(/jhash/g)).toHaveLength(1)
  })

  it('of nothing, whether there was something or not', async () => {
    await nft(toNothing())
    await nft(toNothing())
    expect(await list()).toBe('')
  })
})
