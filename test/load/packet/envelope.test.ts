import { describe, expect, it } from 'vitest'
import {
  type encapsulations,
  encodeEnvelope,
  envelopeBytes,
  patchOuterPort,
  vxlanOffset,
} from '../../../load/packet/envelope.ts'
import { decodeGeneve, GENEVE_PORT } from '../../../load/packet/geneve.ts'
import { internetChecksum } from '../../../load/packet/internet-checksum.ts'
import { decodeIpv4 } from '../../../load/packet/ipv4.ts'
import { decodeUdp } from '../../../load/packet/udp.ts'
import { decodeVxlan, VXLAN_PORT } from '../../../load/packet/vxlan.ts'

const SOURCE = 0xc6124001
const TARGET = 0xc612ff01
const envelope = (encapsulation: (typeof encapsulations)[number]) => ({
  ...{ encapsulation, destinationMac: 2, sourceMac: 1, source: SOURCE, destination: TARGET, virtualNetworkId: 77 },
  gateway: { loadBalancer: 0xc612fffe, endpoint: 0xc612fffd },
})

function encode(encapsulation: (typeof encapsulations)[number], frameBytes: number, port: number) {
  const view = new DataView(new ArrayBuffer(300))
  expect(encodeEnvelope(view, 0, envelope(encapsulation), frameBytes)).toBe(envelopeBytes[encapsulation])
  patchOuterPort(view, 0, envelope(encapsulation), port)
  return view
}

describe('the envelope', () => {
  it('adds 50 bytes to a frame as VXLAN (36 before IP becomes the payload), and 68 more as GENEVE, as AWS says', () => {
    expect(envelopeBytes).toEqual({ vxlan: 50, geneve: 50 + 68, none: 0 })
  })

  it('is as AWS writes it: TTL 255, no identification, no UDP checksum, lengths that add up', () => {
    const view = encode('vxlan', 100, 65500)
    expect(decodeIpv4(view, 14, 300)).toMatchObject({
      ...{
        timeToLive: 255,
        identification: 0,
        dontFragment: false,
        source: SOURCE,
        destination: TARGET,
        totalLength: 136,
      },
    })
    expect(internetChecksum(view, 14, 20)).toBe(0)
    expect(decodeUdp(view, 34, 300)).toEqual({
      sourcePort: 65500,
      destinationPort: VXLAN_PORT,
      length: 116,
      checksum: 0,
    })
    expect(decodeVxlan(view, vxlanOffset('vxlan'), 300)).toEqual({ virtualNetworkId: 77 })
  })

  it('wraps the same VXLAN packet, addressed to the endpoint, into GENEVE', () => {
    const view = encode('geneve', 100, 65500)
    expect(decodeIpv4(view, 14, 300)).toMatchObject({ source: 0xc612fffe, destination: TARGET, totalLength: 136 + 68 })
    expect(decodeUdp(view, 34, 300)).toMatchObject({ destinationPort: GENEVE_PORT, length: 136 + 48 })
    expect(decodeGeneve(view, 42, 300)).toMatchObject({ etherType: 0x0800, endpointId: 0xc612fffdn, payload: 82 })
    expect(decodeIpv4(view, 82, 300)).toMatchObject({ source: SOURCE, destination: 0xc612fffd, totalLength: 136 })
    expect(internetChecksum(view, 82, 20)).toBe(0)
    expect(decodeUdp(view, 102, 300)).toMatchObject({ sourcePort: 65500, destinationPort: VXLAN_PORT })
    expect(decodeVxlan(view, vxlanOffset('geneve'), 300)).toEqual({ virtualNetworkId: 77 })
  })

  it('gives each bucket of a source one cookie and one port of the Gateway Load Balancer', () => {
    const flow = (port: number) => {
      const view = encode('geneve', 100, port)
      return `${decodeUdp(view, 34, 300)?.sourcePort} ${decodeGeneve(view, 42, 300)?.flowCookie}`
    }
    expect(flow(65408)).toBe(flow(65408))
    expect(new Set(Array.from({ length: 128 }, (_, n) => flow(65408 + n))).size).toBe(128)
  })

  it('is nothing at all for frames sent as they are', () => {
    expect(new Uint8Array(encode('none', 100, 65500).buffer).every((byte) => byte === 0)).toBe(true)
  })
})
