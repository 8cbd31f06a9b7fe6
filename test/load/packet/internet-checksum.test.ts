import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addToChecksum,
  adjustChecksum,
  checksumDelta,
  checksumDelta32,
  foldChecksum,
  internetChecksum,
} from '../../../load/packet/internet-checksum.ts'
import { hexToView } from '../../support/hex.ts'

describe('internetChecksum', () => {
  it('gives 220d for the worked example of RFC 1071 §3, whose sum is 2ddf0', () => {
    const view = hexToView('00 01 f2 03 f4 f5 f6 f7')
    expect(addToChecksum(0, view, 0, 8)).toBe(0x2ddf0)
    expect(internetChecksum(view, 0, 8)).toBe(0x220d)
  })

  it('treats an odd last byte as the high half of a word', () => {
    expect(internetChecksum(hexToView('00 01 f2'), 0, 3)).toBe(internetChecksum(hexToView('00 01 f2 00'), 0, 4))
  })

  it('is 0 over any even range that holds its own checksum', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 200 }), (bytes) => {
        const even = bytes.slice(0, bytes.length & ~1)
        const view = new DataView(even.buffer)
        view.setUint16(0, 0)
        view.setUint16(0, internetChecksum(view, 0, even.length))
        expect(internetChecksum(view, 0, even.length)).toBe(0)
      }),
    )
  })

  it('does not depend on where an even range is cut in two', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(100), (bytes, words) => {
        const view = new DataView(Uint8Array.from(bytes).buffer)
        const cut = Math.min(words * 2, bytes.length & ~1)
        const inTwo = addToChecksum(addToChecksum(0, view, 0, cut), view, cut, bytes.length - cut)
        expect(foldChecksum(inTwo)).toBe(internetChecksum(view, 0, bytes.length))
      }),
    )
  })

  it('folds a sum of more than 32 bits', () => {
    const view = new DataView(new Uint8Array(65536 * 4).fill(0xff).buffer)
    expect(internetChecksum(view, 0, view.byteLength)).toBe(0)
  })
})

describe('adjustChecksum', () => {
  it('gives 0000 for the example of RFC 1624 §4, where RFC 1141 gave ffff', () => {
    expect(adjustChecksum(0xdd2f, checksumDelta(0x5555, 0x3285))).toBe(0)
  })

  it('agrees with a new computation after any words were changed', () => {
    const word = fc.nat(0xffffffff)
    fc.assert(
      fc.property(fc.array(word, { minLength: 2, maxLength: 20 }), word, word, (words, one, other) => {
        const view = new DataView(new ArrayBuffer(words.length * 4))
        // One word stays: a range of nothing but zeros has no unique checksum.
        for (const [index, value] of words.entries()) view.setUint32(index * 4, index === 0 ? 0x12345678 : value)
        const before = internetChecksum(view, 0, view.byteLength)
        const last = view.byteLength - 4
        const delta = checksumDelta32(view.getUint32(last), one)
        view.setUint32(last, one)
        const twice = delta + checksumDelta32(one, other)
        view.setUint32(last, other)
        expect(adjustChecksum(before, twice)).toBe(internetChecksum(view, 0, view.byteLength))
      }),
    )
  })
})
