import { describe, expect, it } from 'vitest'
import type { LinkFacts, NetworkFacts } from '../../../load/send/network-facts.ts'
import { judgeAddress, judgeInterface } from '../../../load/send/target.ts'

const peer = { interfaceName: 'eth0', namespace: 'mf-lb', mac: '02:00:00:00:00:02', addresses: ['198.18.1.2'] }
const link = (kind: LinkFacts['kind'], far: LinkFacts['peer'] = null): LinkFacts => ({
  ...{ name: 'x0', mac: '02:00:00:00:00:01', kind, peer: far },
})
const facts = (of: LinkFacts | null): NetworkFacts => ({
  ...{ link: of, ownAddresses: ['127.0.0.1', '10.1.1.1'], namedAddresses: ['198.18.1.2'] },
})
const none = { allow: null }

describe('the safety catch of --interface', () => {
  it.each([
    ['a veth into a named namespace, to an address there', link('veth', peer), '198.18.1.2', true],
    ['the same veth, to a public address', link('veth', peer), '8.8.8.8', false],
    ['the same veth, frames as they are', link('veth', peer), null, false],
    ['a veth out of a container', link('veth'), '198.18.1.2', false],
    ['a network card', link('other'), '198.18.1.2', false],
    ['a dummy, wherever to', link('dummy'), null, true],
    ['loopback, to this host', link('loopback'), '10.1.1.1', true],
    ['loopback, to what this host would forward', link('loopback'), '198.18.1.2', false],
    ['no interface', null, '198.18.1.2', false],
  ])('%s', (_what, of, destination, isAllowed) => {
    expect(judgeInterface('x0', destination, facts(of), none) === null).toBe(isAllowed)
  })

  it('is off for an interface that is named twice, and for no other', () => {
    const judge = (allow: string) => judgeInterface('x0', '8.8.8.8', facts(link('other')), { allow })
    expect(judge('x0')).toBeNull()
    expect(judge('8.8.8.8')).toMatch(/add --allow x0/)
  })
})

describe('the safety catch of --target', () => {
  it.each([
    ['127.0.0.9', null, true],
    ['10.1.1.1', link('other'), true],
    ['198.18.1.2', link('veth', peer), true],
    ['198.18.1.2', link('other'), false],
    ['198.18.1.2', link('veth'), false],
    ['198.18.1.3', link('veth', peer), false],
    ['8.8.8.8', link('other'), false],
    ['1.127.0.1', link('other'), false],
  ])('%s', (address, of, isAllowed) => {
    expect(judgeAddress(address, facts(of), none) === null).toBe(isAllowed)
  })

  it('is off for an address that is named twice', () => {
    expect(judgeAddress('8.8.8.8', facts(link('other')), { allow: '8.8.8.8' })).toBeNull()
    expect(judgeAddress('8.8.8.8', facts(link('other')), none)).toMatch(/add --allow 8\.8\.8\.8/)
  })
})
