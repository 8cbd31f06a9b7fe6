import { isIPv4 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coversCidr, decodeIpv4Cidr, IPV4_ADDRESS_PATTERN } from '../../infra/ipv4-cidr.ts'

const octet = fc.integer({ min: 0, max: 255 })
const dotted = (address: number) => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')

describe('decodeIpv4Cidr', () => {
  it.each([
    ['0.0.0.0/0', 0, 0],
    ['198.18.0.0/15', 0xc6120000, 15],
    ['10.1.2.3/32', 0x0a010203, 32],
    ['128.0.0.0/1', 0x80000000, 1],
  ])('reads %s', (text, network, prefixLength) => {
    expect(decodeIpv4Cidr(text)).toEqual({ network, prefixLength })
  })

  it.each([
    '',
    '10.0.0.0',
    '10.0.0/8',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '010.0.0.0/8',
    '256.0.0.0/8',
    '::/0',
    ' 10.0.0.0/8',
  ])('refuses %j, which is no IPv4 block', (text) => expect(decodeIpv4Cidr(text)).toBeNull())

  it('takes a block exactly when every bit after the prefix is zero', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.integer({ min: 0, max: 32 }),
        (address, prefixLength) => {
          const hostBits = prefixLength === 32 ? 0 : address & (2 ** (32 - prefixLength) - 1)
          expect(decodeIpv4Cidr(`${dotted(address)}/${prefixLength}`) !== null).toBe(hostBits === 0)
        },
      ),
    )
  })
})

describe('coversCidr', () => {
  const prefixLength = fc.integer({ min: 24, max: 32 })
  // All within 10.0.0.0/24, so that they meet, and every address can be looked at.
  const block = fc
    .tuple(fc.integer({ min: 0, max: 255 }), prefixLength)
    .map(([host, length]) => ({ first: host - (host % 2 ** (32 - length)), size: 2 ** (32 - length), length }))
  const toText = ({ first, length }: { first: number; length: number }) => `10.0.0.${first}/${length}`

  it('says that each address of a block is in one of the others, also where they share it', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 12 }), block, (blocks, { first, size, length }) => {
        const addresses = Array.from({ length: size }, (_, index) => first + index)
        const isIn = (address: number) =>
          blocks.some((each) => address >= each.first && address < each.first + each.size)
        expect(coversCidr(blocks.map(toText), toText({ first, length }))).toBe(addresses.every(isIn))
      }),
    )
  })

  it.each([
    [['0.0.0.0/0'], '255.0.0.0/8', true],
    [['0.0.0.0/1', '128.0.0.0/1'], '0.0.0.0/0', true],
    [['0.0.0.0/1', '128.0.0.0/2'], '0.0.0.0/0', false],
    [['10.0.0.0/16'], '10.0.0.0/15', false],
  ])('reaches to both ends of the address space: %j and %s', (cidrs, cidr, covered) => {
    expect(coversCidr(cidrs, cidr)).toBe(covered)
  })
})

describe('IPV4_ADDRESS_PATTERN', () => {
  it('accepts what node:net calls an IPv4 address, and nothing else', () => {
    const address = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'))
    const nearly = fc.stringMatching(/^[0-9.]{0,16}$/)
    fc.assert(
      fc.property(fc.oneof(address, nearly), (text) => {
        expect(new RegExp(IPV4_ADDRESS_PATTERN).test(text)).toBe(isIPv4(text))
      }),
    )
  })
})
