import { ETHERNET_BYTES, encodeEthernet, etherTypes } from './ethernet.ts'
import { encodeGeneve, GENEVE_BYTES, GENEVE_COOKIE_OFFSET, GENEVE_PORT } from './geneve.ts'
import { encodeIpv4, IPV4_BYTES, ipProtocols } from './ipv4.ts'
import { encodeUdp, UDP_BYTES } from './udp.ts'
import { encodeVxlan, VXLAN_BYTES, VXLAN_PORT } from './vxlan.ts'

/*
 * What stands in front of a mirrored frame on the sensor's wire
 *
 *   vxlan     Ethernet | IPv4 source → target | UDP port → 4789 | VXLAN | the mirrored frame
 *   geneve    Ethernet | IPv4 load balancer → sensor | UDP port → 6081 | GENEVE | IPv4 source → endpoint | UDP … (as above)
 *   none      the frame as it is
 */
export const encapsulations = ['vxlan', 'geneve', 'none'] as const
export type Encapsulation = (typeof encapsulations)[number]

const MIRROR_BYTES = IPV4_BYTES + UDP_BYTES + VXLAN_BYTES
const GATEWAY_BYTES = IPV4_BYTES + UDP_BYTES + GENEVE_BYTES

/** Bytes in front of the mirrored frame, outer Ethernet included. */
export const envelopeBytes: Readonly<Record<Encapsulation, number>> = {
  vxlan: ETHERNET_BYTES + MIRROR_BYTES,
  geneve: ETHERNET_BYTES + GATEWAY_BYTES + MIRROR_BYTES,
  none: 0,
}

/** Where the VXLAN header begins; with `none` there is none. */
export const vxlanOffset = (encapsulation: Encapsulation): number => envelopeBytes[encapsulation] - VXLAN_BYTES

/** Addresses of a Gateway Load Balancer's node and endpoint, unsigned 32-bit numbers. */
export interface Gateway {
  readonly loadBalancer: number
  readonly endpoint: number
}

/** MAC addresses are 48-bit numbers, IPv4 addresses unsigned 32-bit numbers. */
export interface Envelope {
  readonly encapsulation: Encapsulation
  readonly destinationMac: number
  readonly sourceMac: number
  /** The mirrored interface's primary address, for packets of both directions. */
  readonly source: number
  /** The load balancer or the sensor. */
  readonly destination: number
  readonly virtualNetworkId: number
  readonly gateway: Gateway
}

/** Writes the envelope of a frame of `frameBytes` at `offset`, outer port 0 until patchOuterPort, and returns its length. */
export function encodeEnvelope(view: DataView, offset: number, envelope: Envelope, frameBytes: number): number {
  const { encapsulation, gateway } = envelope
  if (encapsulation === 'none') return 0
  const ethernet = { destination: envelope.destinationMac, source: envelope.sourceMac, etherType: etherTypes.ipv4 }
  let at = offset + encodeEthernet(view, offset, ethernet)
  if (encapsulation === 'geneve') {
    const payload = MIRROR_BYTES + frameBytes
    at += encodeUdpPacket(view, at, gateway.loadBalancer, envelope.destination, GENEVE_PORT, GENEVE_BYTES + payload)
    at += encodeGeneve(view, at, {
      etherType: etherTypes.ipv4,
      virtualNetworkId: 0,
      endpointId: BigInt(gateway.endpoint),
      attachmentId: BigInt(gateway.loadBalancer),
      flowCookie: 0,
    })
  }
  const target = encapsulation === 'geneve' ? gateway.endpoint : envelope.destination
  at += encodeUdpPacket(view, at, envelope.source, target, VXLAN_PORT, VXLAN_BYTES + frameBytes)
  at += encodeVxlan(view, at, envelope)
  return at - offset
}

/** As in a capture of real mirrored packets: TTL 255, TOS 0, identification 0, may be fragmented, UDP checksum 0. */
function encodeUdpPacket(
  view: DataView,
  offset: number,
  source: number,
  destination: number,
  port: number,
  payloadBytes: number,
): number {
  const length = UDP_BYTES + payloadBytes
  encodeIpv4(view, offset, {
    ...{ typeOfService: 0, identification: 0, dontFragment: false, moreFragments: false, fragmentOffset: 0 },
    ...{ timeToLive: 255, protocol: ipProtocols.udp, totalLength: IPV4_BYTES + length, source, destination },
  })
  return (
    IPV4_BYTES + encodeUdp(view, offset + IPV4_BYTES, { sourcePort: 0, destinationPort: port, length, checksum: 0 })
  )
}

const OUTER_UDP = ETHERNET_BYTES + IPV4_BYTES
const MIRROR_UDP_IN_GENEVE = ETHERNET_BYTES + GATEWAY_BYTES + IPV4_BYTES
const COOKIE_IN_GENEVE = OUTER_UDP + UDP_BYTES + GENEVE_COOKIE_OFFSET
/** AWS publishes no rule for a Gateway Load Balancer's own source port; these are RFC 6335's dynamic ports. */
const GATEWAY_PORT_FIRST = 49152
const GATEWAY_PORT_MASK = 0x3fff

/**
 * Puts the outer source port of a flow into an envelope that encodeEnvelope wrote. A Gateway Load Balancer's own port and
 * its flow cookie follow from the source's address and that port: they are the flow it sees. Allocates nothing.
 */
export function patchOuterPort(view: DataView, offset: number, envelope: Envelope, port: number): void {
  if (envelope.encapsulation === 'none') return
  if (envelope.encapsulation === 'vxlan') {
    view.setUint16(offset + OUTER_UDP, port)
    return
  }
  view.setUint16(offset + MIRROR_UDP_IN_GENEVE, port)
  const cookie = Math.imul(envelope.source ^ Math.imul(port, 0x9e3779b1), 0x85ebca6b)
  view.setUint16(offset + OUTER_UDP, GATEWAY_PORT_FIRST + ((cookie >>> 16) & GATEWAY_PORT_MASK))
  view.setUint32(offset + COOKIE_IN_GENEVE, cookie)
}
