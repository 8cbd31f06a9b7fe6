import type { AddressWords } from './address.ts'
import { etherTypes, findEthernetPayload } from './ethernet.ts'
import { ipProtocols, ipv4HeaderBytes } from './ipv4.ts'
import { findIpv6UpperLayer, IPV6_BYTES, type Ipv6UpperLayer, isIpv6 } from './ipv6.ts'

/**
 * Addresses, protocol and ports of one packet. One object serves every packet of a loop: decodeFiveTuple overwrites it.
 */
export interface FiveTuple {
  version: 4 | 6
  protocol: number
  readonly source: AddressWords
  readonly destination: AddressWords
  /** Any fragment, the first one included. */
  isFragment: boolean
  /**
   * False for protocols without ports, for later fragments, and for packets cut off before the ports; both are then 0. Only
   * an ICMP echo request or reply has its identifier in both: what tells one ping from another, in either direction.
   */
  hasPorts: boolean
  sourcePort: number
  destinationPort: number
}

export function emptyFiveTuple(): FiveTuple {
  return {
    version: 4,
    protocol: 0,
    source: [0, 0, 0, 0],
    destination: [0, 0, 0, 0],
    isFragment: false,
    hasPorts: false,
    sourcePort: 0,
    destinationPort: 0,
  }
}

/**
 * Reads the Ethernet frame in [offset, end) into a given object. False: no sound IPv4 or IPv6 header, and then the object
 * holds nothing of use. The frame may be hostile: nothing is read outside its range or outside the IP packet's own length.
 */
export function decodeFiveTuple(view: DataView, offset: number, end: number, into: FiveTuple): boolean {
  const frameEnd = Math.min(end, view.byteLength)
  if (offset < 0) return false
  const network = findEthernetPayload(view, offset, frameEnd)
  if (network < 0) return false
  switch (view.getUint16(network - 2)) {
    case etherTypes.ipv4:
      return decodeIpv4Tuple(view, network, frameEnd, into)
    case etherTypes.ipv6:
      return decodeIpv6Tuple(view, network, frameEnd, into)
    default:
      return false
  }
}

function decodeIpv4Tuple(view: DataView, offset: number, end: number, into: FiveTuple): boolean {
  const headerBytes = ipv4HeaderBytes(view, offset, end)
  if (headerBytes === 0) return false
  const fragment = view.getUint16(offset + 6) & 0x3fff
  into.version = 4
  into.protocol = view.getUint8(offset + 9)
  into.isFragment = fragment !== 0
  into.source[0] = view.getInt32(offset + 12)
  into.destination[0] = view.getInt32(offset + 16)
  for (const at of [1, 2, 3] as const) {
    into.source[at] = 0
    into.destination[at] = 0
  }
  const transport = (fragment & 0x1fff) === 0 ? offset + headerBytes : -1
  decodePorts(view, transport, Math.min(end, offset + view.getUint16(offset + 2)), into)
  return true
}

/** Reused by every call; nothing of it outlives one. */
const upperLayer: Ipv6UpperLayer = { protocol: 0, offset: 0, isFragment: false }

function decodeIpv6Tuple(view: DataView, offset: number, end: number, into: FiveTuple): boolean {
  if (!isIpv6(view, offset, end)) return false
  const packetEnd = Math.min(end, offset + IPV6_BYTES + view.getUint16(offset + 4))
  findIpv6UpperLayer(view, offset, packetEnd, upperLayer)
  into.version = 6
  into.protocol = upperLayer.protocol
  into.isFragment = upperLayer.isFragment
  for (const at of [0, 1, 2, 3] as const) {
    into.source[at] = view.getInt32(offset + 8 + at * 4)
    into.destination[at] = view.getInt32(offset + 24 + at * 4)
  }
  decodePorts(view, upperLayer.offset, packetEnd, into)
  return true
}

function decodePorts(view: DataView, transport: number, end: number, into: FiveTuple): void {
  const portsAreThere = transport >= 0 && end - transport >= 4
  into.hasPorts = portsAreThere && (into.protocol === ipProtocols.tcp || into.protocol === ipProtocols.udp)
  into.sourcePort = into.hasPorts ? view.getUint16(transport) : 0
  into.destinationPort = into.hasPorts ? view.getUint16(transport + 2) : 0
  if (!into.hasPorts && transport >= 0 && end - transport >= 6 && isEcho(into.protocol, view.getUint8(transport))) {
    into.sourcePort = view.getUint16(transport + 4)
    into.destinationPort = into.sourcePort
  }
}

/** Request and reply: types 8 and 0 (RFC 792), 128 and 129 (RFC 4443 §4). */
function isEcho(protocol: number, type: number): boolean {
  if (protocol === ipProtocols.icmp) return type === 8 || type === 0
  return protocol === ipProtocols.icmpv6 && (type === 128 || type === 129)
}
