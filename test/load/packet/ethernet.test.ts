import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEthernet, encodeEthernet, findEthernetPayload } from '../../../load/packet/ethernet.ts'
import { hexToView, toHex } from '../../support/hex.ts'

const untagged = '02005e000102 02005e000101 0800'
const tagged = '02005e000102 02005e000101 8100 0064 0800'
const twiceTagged = '02005e000102 02005e000101 88a8 0064 8100 0065 86dd'

describe('Ethernet', () => {
  it('writes destination, source and type', () => {
    const view = new DataView(new ArrayBuffer(14))
    const header = { destination: 0x02005e000102, source: 0x02005e000101, etherType: 0x0800 }
    expect(encodeEthernet(view, 0, header)).toBe(14)
    expect(toHex(view)).toBe(untagged.replaceAll(' ', ''))
  })

  it.each([
    ['no tag', untagged, 0x0800, 14],
    ['an 802.1Q tag', tagged, 0x0800, 18],
    ['two tags', twiceTagged, 0x86dd, 22],
  ])('finds type and payload behind %s', (_what, hex, etherType, payload) => {
    const view = hexToView(hex)
    expect(decodeEthernet(view, 0, view.byteLength)).toMatchObject({ etherType, payload, source: 0x02005e000101 })
  })

  it('follows no third tag', () => {
    const view = hexToView('000000000000 000000000000 8100 0000 8100 0000 8100 0000 0800')
    expect(decodeEthernet(view, 0, view.byteLength)).toMatchObject({ etherType: 0x8100, payload: 22 })
  })

  it.each([untagged, tagged, twiceTagged])('is null for %s cut off anywhere', (hex) => {
    const view = hexToView(hex)
    for (let end = 0; end < view.byteLength; end++) expect(decodeEthernet(view, 0, end)).toBeNull()
  })

  it('reads back what it wrote', () => {
    const mac = fc.nat(2 ** 48 - 1)
    const type = fc.nat(0xffff).filter((value) => value !== 0x8100 && value !== 0x88a8)
    fc.assert(
      fc.property(mac, mac, type, fc.nat(20), (destination, source, etherType, offset) => {
        const view = new DataView(new ArrayBuffer(offset + 14))
        encodeEthernet(view, offset, { destination, source, etherType })
        const decoded = decodeEthernet(view, offset, offset + 14)
        expect(decoded).toEqual({ destination, source, etherType, payload: offset + 14 })
      }),
    )
  })

  it('never throws and never points past the end, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const view = new DataView(Uint8Array.from(bytes).buffer)
        expect(findEthernetPayload(view, 0, view.byteLength)).toBeLessThanOrEqual(view.byteLength)
      }),
    )
  })
})
