import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressWords } from '../../../load/packet/address.ts'
import { decodeFiveTuple, emptyFiveTuple } from '../../../load/packet/five-tuple.ts'
import { type FrameFields, toFrame } from '../../support/frame.ts'

const decode = (view: DataView, offset = 0, end = view.byteLength) => {
  const into = emptyFiveTuple()
  return decodeFiveTuple(view, offset, end, into) ? into : null
}
const decodeFrame = (fields: FrameFields, headroomBytes = 0) => {
  const { view, offset, bytes } = toFrame(fields, headroomBytes)
  return decode(view, offset, offset + bytes)
}

describe('decodeFiveTuple', () => {
  it.each([
    ['UDP', 17],
    ['TCP', 6],
  ])('reads addresses and ports of %s over IPv4 and over IPv6', (_name, protocol) => {
    const ports = { sourcePort: 40001, destinationPort: 443 }
    expect(decodeFrame({ source: '198.18.0.9', protocol, ...ports })).toEqual({
      ...{ version: 4, protocol, isFragment: false, hasPorts: true, ...ports },
      source: addressWords('198.18.0.9').words,
      destination: addressWords('198.18.0.2').words,
    })
    expect(decodeFrame({ source: 'fd00:18::9', protocol, ...ports })).toEqual({
      ...{ version: 6, protocol, isFragment: false, hasPorts: true, ...ports },
      source: addressWords('fd00:18::9').words,
      destination: addressWords('fd00:18::2').words,
    })
  })

  it('leaves nothing of the packet before in the object it reuses', () => {
    const into = emptyFiveTuple()
    const [first, second] = [toFrame({ source: 'fd00:18::9' }), toFrame({ protocol: 1 })]
    decodeFiveTuple(first.view, 0, first.bytes, into)
    decodeFiveTuple(second.view, 0, second.bytes, into)
    expect(into).toEqual(decodeFrame({ protocol: 1 }))
  })

  it.each([
    ['ICMP', { protocol: 1 }, false],
    ['SCTP', { protocol: 132 }, false],
    ['a later fragment', { fragmentOffset: 1480 }, true],
  ])('has no ports for %s', (_what, fields, isFragment) => {
    const ports = { hasPorts: false, sourcePort: 0, destinationPort: 0 }
    expect(decodeFrame(fields)).toMatchObject({ ...ports, isFragment })
  })

  it.each([
    ['an ICMP echo request', { protocol: 1 }, 34, 8],
    ['an ICMP echo reply', { protocol: 1 }, 34, 0],
    ['an ICMPv6 echo request', { protocol: 58, source: 'fd00:18::9' }, 54, 128],
    ['an ICMPv6 echo reply', { protocol: 58, source: 'fd00:18::9' }, 54, 129],
  ])('has the identifier of %s in place of both ports, which it does not have', (_what, fields, transport, type) => {
    const { view } = toFrame(fields)
    view.setUint8(transport, type)
    view.setUint16(transport + 4, 4711)
    const identified = { hasPorts: false, sourcePort: 4711, destinationPort: 4711 }
    expect(decode(view)).toMatchObject(identified)
    expect(decode(view, 0, transport + 5)).toMatchObject({ sourcePort: 0, destinationPort: 0 })
    view.setUint8(transport, 3)
    expect(decode(view)).toMatchObject({ sourcePort: 0, destinationPort: 0 })
  })

  it('has ports for the first fragment', () => {
    expect(decodeFrame({ moreFragments: true })).toMatchObject({ isFragment: true, hasPorts: true, sourcePort: 40000 })
  })

  it('does not take padding behind a short packet for its ports', () => {
    const { view } = toFrame()
    view.setUint16(16, 20)
    expect(decode(view)).toMatchObject({ protocol: 17, hasPorts: false })
  })

  it.each([0x0806, 0x88cc, 0x0000])('is null for an Ethernet type that is not IP: %i', (etherType) => {
    const { view } = toFrame()
    view.setUint16(12, etherType)
    expect(decode(view)).toBeNull()
  })

  it('never looks past its end: the rest of the buffer cannot change the answer', () => {
    const bytes = fc.uint8Array({ minLength: 60, maxLength: 120 })
    fc.assert(
      fc.property(fc.boolean(), bytes, fc.nat(120), fc.nat(255), (isIpv6, noise, end, filler) => {
        const view = new DataView(Uint8Array.from(noise).buffer)
        view.setUint16(12, isIpv6 ? 0x86dd : 0x0800)
        view.setUint8(14, isIpv6 ? 0x60 : 0x45 + (noise[0] ?? 0) / 100)
        const within = Math.min(end, view.byteLength)
        const before = decode(view, 0, within)
        new Uint8Array(view.buffer).fill(filler, within)
        expect(decode(view, 0, within)).toEqual(before)
        expect(decode(new DataView(view.buffer.slice(0, within)), 0, end + 50)).toEqual(before)
      }),
      { numRuns: 3000 },
    )
  })

  it('never throws, whatever the bytes and the range', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 150 }), fc.integer(), fc.integer(), (bytes, offset, end) => {
        expect(() => decode(new DataView(Uint8Array.from(bytes).buffer), offset, end)).not.toThrow()
      }),
      { numRuns: 3000 },
    )
  })
})
