import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressWords } from '../../../load/packet/address.ts'
import { decodeIpv6, encodeIpv6, findIpv6UpperLayer, isIpv6 } from '../../../load/packet/ipv6.ts'
import { hexToView, toHex } from '../../support/hex.ts'

const fields = {
  trafficClass: 0xab,
  flowLabel: 0xcdef1,
  payloadLength: 0x1234,
  nextHeader: 17,
  hopLimit: 64,
  source: addressWords('fd00:18::1').words,
  destination: addressWords('ff02::fb').words,
}
const addresses = 'fd000018000000000000000000000001 ff0200000000000000000000000000fb'
const int32 = fc.integer({ min: -0x80000000, max: 0x7fffffff })
const words = fc.tuple(int32, int32, int32, int32)

const upperLayer = (hex: string, end?: number) => {
  const view = hexToView(hex)
  const into = { protocol: 0, offset: 0, isFragment: false }
  findIpv6UpperLayer(view, 0, end ?? view.byteLength, into)
  return into
}
const behind = (nextHeader: string, extensions: string) => `60000000 0000${nextHeader}40 ${addresses} ${extensions}`

describe('IPv6', () => {
  it('writes the fields of RFC 8200 §3 in their places', () => {
    const view = new DataView(new ArrayBuffer(40))
    expect(encodeIpv6(view, 0, fields)).toBe(40)
    expect(toHex(view)).toBe(`6abcdef1 12341140 ${addresses}`.replaceAll(' ', ''))
  })

  it('reads back what it wrote', () => {
    const anyFields = fc.record({
      trafficClass: fc.nat(255),
      flowLabel: fc.nat(0xfffff),
      payloadLength: fc.nat(65535),
      nextHeader: fc.nat(255),
      hopLimit: fc.nat(255),
      source: words,
      destination: words,
    })
    fc.assert(
      fc.property(anyFields, fc.nat(20), (given, offset) => {
        const view = new DataView(new ArrayBuffer(offset + 40))
        encodeIpv6(view, offset, given)
        expect(decodeIpv6(view, offset, offset + 40)).toEqual(given)
        expect(decodeIpv6(view, offset, offset + 39)).toBeNull()
      }),
    )
  })

  it.each([
    ['no extension', behind('11', ''), { protocol: 17, offset: 40, isFragment: false }],
    ['hop-by-hop options', behind('00', '1100000000000000'), { protocol: 17, offset: 48, isFragment: false }],
    [
      'options of 16 bytes, then routing',
      behind('3c', '2b01000000000000 0000000000000000 0600000000000000'),
      { protocol: 6, offset: 64, isFragment: false },
    ],
    ['a first fragment', behind('2c', '1100000100000007'), { protocol: 17, offset: 48, isFragment: true }],
    ['a later fragment', behind('2c', '1100000900000007'), { protocol: 17, offset: -1, isFragment: true }],
    [
      'an authentication header, which counts in fours',
      behind('33', '0601000000000000 00000000'),
      { protocol: 6, offset: 52, isFragment: false },
    ],
    ['an extension that is cut off', behind('00', '11000000'), { protocol: 0, offset: -1, isFragment: false }],
  ])('finds what stands behind %s', (_what, hex, expected) => expect(upperLayer(hex)).toEqual(expected))

  it('gives up on a chain without end', () => {
    expect(upperLayer(behind('00', '0000000000000000'.repeat(100))).offset).toBe(-1)
  })

  it('never throws, whatever the bytes', () => {
    const header = fc.uint8Array({ minLength: 40, maxLength: 120 })
    fc.assert(
      fc.property(header, fc.constantFrom(0, 43, 44, 51, 60), (bytes, nextHeader) => {
        const view = new DataView(Uint8Array.from(bytes).buffer)
        view.setUint8(0, 0x60)
        view.setUint8(6, nextHeader)
        expect(isIpv6(view, 0, view.byteLength)).toBe(true)
        expect(() =>
          findIpv6UpperLayer(view, 0, view.byteLength, { protocol: 0, offset: 0, isFragment: false }),
        ).not.toThrow()
      }),
      { numRuns: 1000 },
    )
  })
})
