import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { internetChecksum } from '../../../load/packet/internet-checksum.ts'
import { decodeIpv4, encodeIpv4 } from '../../../load/packet/ipv4.ts'
import { hexToView, toHex } from '../../support/hex.ts'

/** 115 bytes of UDP from 192.168.0.1 to 192.168.0.199; the checksum b861 was computed by another stack. */
const header = '45000073 00004000 4011b861 c0a80001 c0a800c7'
const fields = {
  typeOfService: 0,
  totalLength: 115,
  identification: 0,
  dontFragment: true,
  moreFragments: false,
  fragmentOffset: 0,
  timeToLive: 64,
  protocol: 17,
  source: 0xc0a80001,
  destination: 0xc0a800c7,
}
const anyFields = fc.record({
  typeOfService: fc.nat(255),
  totalLength: fc.integer({ min: 20, max: 65535 }),
  identification: fc.nat(65535),
  dontFragment: fc.boolean(),
  moreFragments: fc.boolean(),
  fragmentOffset: fc.nat(8191).map((units) => units * 8),
  timeToLive: fc.nat(255),
  protocol: fc.nat(255),
  source: fc.nat(0xffffffff),
  destination: fc.nat(0xffffffff),
})

describe('IPv4', () => {
  it('writes the known header bit for bit, its checksum included', () => {
    const view = new DataView(new ArrayBuffer(20))
    expect(encodeIpv4(view, 0, fields)).toBe(20)
    expect(toHex(view)).toBe(header.replaceAll(' ', ''))
  })

  it('reads back what it wrote, with a checksum that verifies', () => {
    fc.assert(
      fc.property(anyFields, fc.nat(20), (given, offset) => {
        const view = new DataView(new ArrayBuffer(offset + 20))
        encodeIpv4(view, offset, given)
        expect(decodeIpv4(view, offset, offset + 20)).toEqual({ ...given, headerBytes: 20 })
        expect(internetChecksum(view, offset, 20)).toBe(0)
      }),
    )
  })

  it('counts options into the header', () => {
    const view = hexToView(`46${header.slice(2)} 94040000`)
    expect(decodeIpv4(view, 0, 24)?.headerBytes).toBe(24)
    expect(decodeIpv4(view, 0, 23)).toBeNull()
  })

  it('accepts a packet that was truncated behind its header', () => {
    expect(decodeIpv4(hexToView(header), 0, 20)?.totalLength).toBe(115)
  })

  it.each([
    ['version 6', `65${header.slice(2)}`],
    ['a header length below 20', `44${header.slice(2)}`],
    ['a total length below the header', header.replace('45000073', '45000013')],
    ['nothing', ''],
  ])('is null for %s', (_what, hex) => {
    const view = hexToView(hex)
    expect(decodeIpv4(view, 0, view.byteLength)).toBeNull()
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const view = new DataView(Uint8Array.from([0x45 + (bytes[0] ?? 0) / 32, ...bytes]).buffer)
        const decoded = decodeIpv4(view, 0, view.byteLength)
        if (decoded !== null) expect(decoded.headerBytes).toBeLessThanOrEqual(view.byteLength)
      }),
    )
  })
})
