import { BlockList } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressBlock, contains } from '../../../../infra/local/traffic-mirror/address-block.ts'
import { addressWords } from '../../../../load/packet/address.ts'

const holds = (block: string, address: string) => {
  const { version, words } = addressWords(address)
  return contains(addressBlock(block), version, words)
}

describe('address blocks', () => {
  it.each([
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '0.0.0.0', true],
    ['0.0.0.0/0', 'fd00::1', false],
    ['::/0', 'fd00::1', true],
    ['::/0', '198.18.0.1', false],
    ['198.18.0.1/32', '198.18.0.1', true],
    ['198.18.0.1/32', '198.18.0.2', false],
    ['198.18.0.1', '198.18.0.1', true],
    ['198.18.0.0/15', '198.19.255.255', true],
    ['198.18.0.0/15', '198.20.0.0', false],
    ['198.18.0.77/24', '198.18.0.1', true],
    ['128.0.0.0/1', '127.255.255.255', false],
    ['fd00:18::/33', 'fd00:18:7fff::1', true],
    ['fd00:18::/33', 'fd00:18:8000::1', false],
    ['fd00:18::1/128', 'fd00:18::1', true],
    ['fd00:18::1/128', 'fd00:18::2', false],
  ])('%s holds %s: %s', (block, address, expected) => expect(holds(block, address)).toBe(expected))

  it('agrees with Node about every block and address', () => {
    const address = fc.oneof(
      fc.ipV4(),
      fc.ipV6().filter((text) => !text.includes('.')),
    )
    fc.assert(
      fc.property(address, address, fc.nat(128), fc.boolean(), (network, other, bits, isNear) => {
        const family = network.includes(':') ? 'ipv6' : 'ipv4'
        const prefixLength = Math.min(bits, family === 'ipv6' ? 128 : 32)
        const node = new BlockList()
        node.addSubnet(network, prefixLength, family)
        const asked = isNear ? network : other
        const expected = node.check(asked, asked.includes(':') ? 'ipv6' : 'ipv4')
        // Node counts an IPv4 address as its IPv4-mapped IPv6 address too; a filter rule does not.
        if (asked.includes(':') === network.includes(':'))
          expect(holds(`${network}/${prefixLength}`, asked)).toBe(expected)
      }),
      { numRuns: 2000 },
    )
  })

  it.each(['198.18.0.0/33', '198.18.0.0/-1', '198.18.0.0/', '198.18.0.0/1.5', 'fd00::/129', '198.18.0/24', ''])(
    'refuses "%s"',
    (text) => expect(() => addressBlock(text)).toThrow(/is no/),
  )
})
