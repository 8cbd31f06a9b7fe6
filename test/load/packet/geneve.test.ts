import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeGeneve, encodeGeneve, GENEVE_BYTES } from '../../../load/packet/geneve.ts'
import { hexToView, toHex } from '../../support/hex.ts'

const header = {
  etherType: 0x0800,
  virtualNetworkId: 0x123456,
  endpointId: 0x1122334455667788n,
  attachmentId: 0x99aabbccddeeff00n,
  flowCookie: 0xcafebabe,
}
const bytes = '0800080012345600' + '010801021122334455667788' + '0108020299aabbccddeeff00' + '01080301cafebabe'

describe('GENEVE with the options of a Gateway Load Balancer', () => {
  it('writes version 0, no reserved bit, and the options of class 0x0108 (RFC 8926 §3.4, §3.5)', () => {
    const view = hexToView('ff'.repeat(GENEVE_BYTES))
    expect(encodeGeneve(view, 0, header)).toBe(40)
    expect(toHex(view)).toBe(bytes)
  })

  it('reads back what it wrote', () => {
    const fields = fc.record({
      ...{ etherType: fc.nat(0xffff), virtualNetworkId: fc.nat(0xffffff), flowCookie: fc.nat(0xffffffff) },
      ...{
        endpointId: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        attachmentId: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      },
    })
    fc.assert(
      fc.property(fields, (given) => {
        const view = new DataView(new ArrayBuffer(GENEVE_BYTES))
        encodeGeneve(view, 0, given)
        expect(decodeGeneve(view, 0, GENEVE_BYTES)).toEqual({ ...given, payload: GENEVE_BYTES })
      }),
    )
  })

  it('steps over options of others', () => {
    const view = hexToView(`0a${bytes.slice(2, 16)}0109aa010102030401${bytes.slice(18)}`)
    expect(decodeGeneve(view, 0, view.byteLength)).toMatchObject({ flowCookie: 0xcafebabe, payload: 48 })
  })

  it.each([
    ['cut off', bytes.slice(0, -2)],
    ['of another version', `4${bytes.slice(1)}`],
    ['with options that do not add up', `${bytes.slice(0, 22)}1f${bytes.slice(24)}`],
    ['without a flow cookie', `${bytes.slice(0, 68)}04${bytes.slice(70)}`],
  ])('is null when %s', (_what, hex) => {
    const view = hexToView(hex)
    expect(decodeGeneve(view, 0, view.byteLength)).toBeNull()
  })

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (given) => {
        const view = new DataView(given.buffer, given.byteOffset, given.byteLength)
        const decoded = decodeGeneve(view, 0, given.length)
        if (decoded !== null) expect(decoded.payload).toBeLessThanOrEqual(given.length)
      }),
      { numRuns: 1000 },
    )
  })
})
