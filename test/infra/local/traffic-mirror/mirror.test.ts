import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileMirror, OUTER_BYTES, REJECTED, TOO_LONG } from '../../../../infra/local/traffic-mirror/mirror.ts'
import type { MirrorSettings } from '../../../../infra/local/traffic-mirror/settings.ts'
import { toInternetTraffic } from '../../../../infra/traffic-mirror-filter.ts'
import { decodeEthernet } from '../../../../load/packet/ethernet.ts'
import { internetChecksum } from '../../../../load/packet/internet-checksum.ts'
import { decodeIpv4 } from '../../../../load/packet/ipv4.ts'
import { decodeUdp } from '../../../../load/packet/udp.ts'
import { decodeVxlan } from '../../../../load/packet/vxlan.ts'
import { type FrameFields, toFrame } from '../../../support/frame.ts'
import { toHex } from '../../../support/hex.ts'
import { mirrorSession, mirrorSettings } from '../../../support/mirror-settings.ts'

const toInternet = { source: '198.18.0.11', destination: '198.19.0.80' }
const mirrorFrame = (settings: MirrorSettings, fields: FrameFields = toInternet) => {
  const { view, offset, bytes } = toFrame(fields, OUTER_BYTES)
  const inner = toHex(view, offset)
  return { view, inner, innerBytes: bytes, outerBytes: compileMirror(settings)(view, offset, bytes, 'egress') }
}
const session = mirrorSession
const only = (rules: MirrorSettings['sessions'][number]['filter']['rules']) => ({ rules, networkServices: [] })
const tcpOnly = only(toInternetTraffic('198.18.0.0/16').map((rule) => ({ ...rule, protocol: 6 })))

describe('the outer packet', () => {
  it('is Ethernet, IPv4, UDP and VXLAN as AWS writes them', () => {
    const { view, outerBytes, innerBytes } = mirrorFrame(mirrorSettings())
    const ipBytes = innerBytes + 36
    expect(outerBytes).toBe(innerBytes + OUTER_BYTES)
    expect(decodeEthernet(view, 0, outerBytes)).toMatchObject({ destination: 0x02005e000201, source: 0x02005e000101 })
    expect(decodeIpv4(view, 14, outerBytes)).toEqual({
      ...{ typeOfService: 0, totalLength: ipBytes, identification: 0, dontFragment: false, moreFragments: false },
      ...{
        fragmentOffset: 0,
        timeToLive: 255,
        protocol: 17,
        source: 0xc612000b,
        destination: 0xc612010a,
        headerBytes: 20,
      },
    })
    expect(internetChecksum(view, 14, 20)).toBe(0)
    expect(decodeUdp(view, 34, outerBytes)).toMatchObject({ destinationPort: 4789, length: ipBytes - 20, checksum: 0 })
    expect(decodeVxlan(view, 42, outerBytes)).toEqual({ virtualNetworkId: 77 })
  })

  it('holds the frame untouched', () => {
    const { view, inner } = mirrorFrame(mirrorSettings())
    expect(toHex(view, OUTER_BYTES)).toBe(inner)
  })

  it('comes from the source’s primary address for both directions', () => {
    const { view, offset, bytes } = toFrame({ source: '198.19.0.80', destination: '198.18.0.11' }, OUTER_BYTES)
    compileMirror(mirrorSettings())(view, offset, bytes, 'ingress')
    expect(decodeIpv4(view, 14, view.byteLength)?.source).toBe(0xc612000b)
  })

  it('writes nothing in front of its own headers', () => {
    const { view, offset, bytes } = toFrame(toInternet, OUTER_BYTES + 8)
    new Uint8Array(view.buffer).fill(0xee, 0, 8)
    compileMirror(mirrorSettings())(view, offset, bytes, 'egress')
    expect(toHex(view, 0, 8)).toBe('ee'.repeat(8))
  })
})

describe('truncation', () => {
  it.each([
    [30, 30],
    [1, 1],
    [8500, 74],
  ])('with packet length %i leaves %i bytes after the VXLAN header', (packetLength, expected) => {
    const { view, outerBytes } = mirrorFrame(mirrorSettings({ sessions: [session({ packetLength })] }))
    expect(outerBytes).toBe(OUTER_BYTES + expected)
    expect(decodeIpv4(view, 14, outerBytes)?.totalLength).toBe(36 + expected)
    expect(decodeUdp(view, 34, outerBytes)?.length).toBe(16 + expected)
  })

  it('tells apart the frame that just fits the path from the one that does not', () => {
    const payloadBytes = 9001 - 36 - 42
    expect(mirrorFrame(mirrorSettings(), { ...toInternet, payloadBytes }).outerBytes).toBe(9001 + 14)
    expect(mirrorFrame(mirrorSettings(), { ...toInternet, payloadBytes: payloadBytes + 1 }).outerBytes).toBe(TOO_LONG)
  })

  it('makes a frame fit that would be too long', () => {
    const settings = mirrorSettings({ mtuBytes: 1500, sessions: [session({ packetLength: 1464 })] })
    expect(mirrorFrame(settings, { ...toInternet, payloadBytes: 3000 }).outerBytes).toBe(1514)
  })
})

describe('sessions', () => {
  it('lets the lowest session number that matches mirror the packet', () => {
    const sessions = [
      session({ sessionNumber: 200, virtualNetworkId: 200 }),
      session({ sessionNumber: 30, virtualNetworkId: 30, targetAddress: '198.18.1.30' }),
      session({ sessionNumber: 4, virtualNetworkId: 4, filter: tcpOnly }),
    ]
    const { view, outerBytes } = mirrorFrame(mirrorSettings({ sessions }))
    expect(decodeVxlan(view, 42, outerBytes)).toEqual({ virtualNetworkId: 30 })
    expect(decodeIpv4(view, 14, outerBytes)?.destination).toBe(0xc612011e)
  })

  it('takes a rejection by one session as "ask the next"', () => {
    const reject = only([
      { direction: 'egress', number: 1, action: 'reject', sourceCidr: '0.0.0.0/0', destinationCidr: '0.0.0.0/0' },
    ])
    const sessions = [
      session({ sessionNumber: 1, virtualNetworkId: 1, filter: reject }),
      session({ sessionNumber: 2, virtualNetworkId: 2 }),
    ]
    const { view, outerBytes } = mirrorFrame(mirrorSettings({ sessions }))
    expect(decodeVxlan(view, 42, outerBytes)).toEqual({ virtualNetworkId: 2 })
  })

  it('rejects what no session asks for, and leaves the buffer as it was', () => {
    const { view, outerBytes } = mirrorFrame(mirrorSettings({ sessions: [session({ filter: tcpOnly })] }))
    expect(outerBytes).toBe(REJECTED)
    expect(toHex(view, 0, OUTER_BYTES)).toBe('00'.repeat(OUTER_BYTES))
  })

  it('rejects ARP', () => {
    const { view, offset, bytes } = toFrame(toInternet, OUTER_BYTES)
    view.setUint16(offset + 12, 0x0806)
    expect(compileMirror(mirrorSettings())(view, offset, bytes, 'egress')).toBe(REJECTED)
  })
})

describe('hostile frames', () => {
  const mirror = compileMirror(mirrorSettings())
  it('never throw, and are never changed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (frame, looksLikeIpv4) => {
        const bytes = new Uint8Array(OUTER_BYTES + frame.length)
        bytes.set(frame, OUTER_BYTES)
        if (looksLikeIpv4 && frame.length > 15) bytes.set([0x08, 0x00, 0x45], OUTER_BYTES + 12)
        const before = Buffer.from(bytes).subarray(OUTER_BYTES).toString('hex')
        const outerBytes = mirror(new DataView(bytes.buffer), OUTER_BYTES, frame.length, 'egress')
        expect(outerBytes === REJECTED || outerBytes === OUTER_BYTES + frame.length).toBe(true)
        expect(Buffer.from(bytes).subarray(OUTER_BYTES).toString('hex')).toBe(before)
      }),
      { numRuns: 2000 },
    )
  })
})
