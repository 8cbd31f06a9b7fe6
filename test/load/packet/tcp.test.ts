import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addToChecksum, foldChecksum } from '../../../load/packet/internet-checksum.ts'
import { decodeTcp, encodeTcp, sealTcp, tcpFlags } from '../../../load/packet/tcp.ts'
import { hexToView, toHex } from '../../support/hex.ts'

const port = fc.nat(65535)
const anyFields = fc.record({
  sourcePort: port,
  destinationPort: port,
  sequenceNumber: fc.nat(0xffffffff),
  acknowledgmentNumber: fc.nat(0xffffffff),
  flags: fc.nat(255),
  window: port,
  urgentPointer: port,
})

describe('TCP', () => {
  it('writes the fields of RFC 9293 §3.1 in their places', () => {
    const view = new DataView(new ArrayBuffer(20))
    const fields = {
      sourcePort: 0x1234,
      destinationPort: 0x5678,
      sequenceNumber: 0x89abcdef,
      acknowledgmentNumber: 0xfedcba98,
      flags: tcpFlags.syn | tcpFlags.ack,
      window: 0x7654,
      urgentPointer: 0x3210,
    }
    expect(encodeTcp(view, 0, fields)).toBe(20)
    expect(toHex(view)).toBe('12345678 89abcdef fedcba98 50127654 00003210'.replaceAll(' ', ''))
  })

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(anyFields, (given) => {
        const view = new DataView(new ArrayBuffer(20))
        encodeTcp(view, 0, given)
        expect(decodeTcp(view, 0, 20)).toEqual({ ...given, headerBytes: 20 })
      }),
    )
  })

  it('seals a segment so that it sums to zero', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 99 }), fc.nat(0x3ffff), (bytes, sum) => {
        const view = new DataView(Uint8Array.from(bytes).buffer)
        sealTcp(view, 0, bytes.length, sum)
        expect(foldChecksum(addToChecksum(sum, view, 0, bytes.length))).toBe(0)
      }),
    )
  })

  it('counts options into the header', () => {
    const view = hexToView('1234 5678 00000001 00000002 6002 ffff 0000 0000 020405b4')
    expect(decodeTcp(view, 0, 24)?.headerBytes).toBe(24)
    expect(decodeTcp(view, 0, 23)).toBeNull()
  })

  it('is null for a data offset below 20', () => {
    expect(decodeTcp(hexToView('1234 5678 00000001 00000002 4002 ffff 0000 0000'), 0, 20)).toBeNull()
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const view = new DataView(Uint8Array.from(bytes).buffer)
        expect(() => decodeTcp(view, 0, view.byteLength)).not.toThrow()
      }),
    )
  })
})
