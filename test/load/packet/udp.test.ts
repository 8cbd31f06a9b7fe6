import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addToChecksum, foldChecksum } from '../../../load/packet/internet-checksum.ts'
import { ipv4PseudoHeaderSum } from '../../../load/packet/ipv4.ts'
import { ipv6PseudoHeaderSum } from '../../../load/packet/ipv6.ts'
import { decodeUdp, encodeUdp, sealUdp } from '../../../load/packet/udp.ts'
import { hexToView, toHex } from '../../support/hex.ts'

const port = fc.nat(65535)

describe('UDP', () => {
  it('writes the fields of RFC 768 in their places', () => {
    const view = new DataView(new ArrayBuffer(8))
    expect(encodeUdp(view, 0, { sourcePort: 0x1234, destinationPort: 0x5678, length: 9, checksum: 0xabcd })).toBe(8)
    expect(toHex(view)).toBe('123456780009abcd')
  })

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(
        port,
        port,
        fc.integer({ min: 8, max: 65535 }),
        port,
        (sourcePort, destinationPort, length, checksum) => {
          const view = new DataView(new ArrayBuffer(8))
          encodeUdp(view, 0, { sourcePort, destinationPort, length, checksum })
          expect(decodeUdp(view, 0, 8)).toEqual({ sourcePort, destinationPort, length, checksum })
        },
      ),
    )
  })

  it('seals a datagram so that it sums to zero, over IPv4 and over IPv6', () => {
    const address = fc.nat(0xffffffff)
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 99 }), address, address, (bytes, source, destination) => {
        const view = new DataView(Uint8Array.from(bytes).buffer)
        const sums = [
          ipv4PseudoHeaderSum(source, destination, 17, bytes.length),
          ipv6PseudoHeaderSum([1, source | 0, 3, 4], [5, 6, destination | 0, 8], 17, bytes.length),
        ]
        for (const sum of sums) {
          sealUdp(view, 0, bytes.length, sum)
          expect(foldChecksum(addToChecksum(sum, view, 0, bytes.length))).toBe(0)
          expect(view.getUint16(6)).not.toBe(0)
        }
      }),
    )
  })

  it('sends a checksum that comes out as 0 as ffff, because 0 means none', () => {
    const view = hexToView('0000 0000 0008 0000')
    sealUdp(view, 0, 8, 0xffff - 8)
    expect(view.getUint16(6)).toBe(0xffff)
  })

  it('is null when cut off, or when its length does not hold the header', () => {
    expect(decodeUdp(hexToView('1234 5678 0009 00'), 0, 7)).toBeNull()
    expect(decodeUdp(hexToView('1234 5678 0007 0000'), 0, 8)).toBeNull()
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 16 }), (bytes) => {
        const view = new DataView(Uint8Array.from(bytes).buffer)
        expect(() => decodeUdp(view, 0, view.byteLength)).not.toThrow()
      }),
    )
  })
})
