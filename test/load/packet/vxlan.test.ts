import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeVxlan, encodeVxlan } from '../../../load/packet/vxlan.ts'
import { hexToView, toHex } from '../../support/hex.ts'

describe('VXLAN', () => {
  it('writes flag I, the network identifier and zeros, over whatever was there (RFC 7348 §5)', () => {
    const view = hexToView('ff ff ff ff ff ff ff ff')
    expect(encodeVxlan(view, 0, { virtualNetworkId: 0xabcdef })).toBe(8)
    expect(toHex(view)).toBe('08000000abcdef00')
  })

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.nat(0xffffff), (virtualNetworkId) => {
        const view = new DataView(new ArrayBuffer(8))
        encodeVxlan(view, 0, { virtualNetworkId })
        expect(decodeVxlan(view, 0, 8)).toEqual({ virtualNetworkId })
      }),
    )
  })

  it('ignores reserved bits on receipt', () => {
    expect(decodeVxlan(hexToView('ff ff ff ff 00 00 7b ff'), 0, 8)).toEqual({ virtualNetworkId: 123 })
  })

  it('is null without flag I, and when cut off', () => {
    expect(decodeVxlan(hexToView('f7 00 00 00 00 00 7b 00'), 0, 8)).toBeNull()
    expect(decodeVxlan(hexToView('08 00 00 00 00 00 7b'), 0, 7)).toBeNull()
  })
})
