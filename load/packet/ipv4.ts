import { internetChecksum } from './internet-checksum.ts'

/*
 * IPv4 header (RFC 791 §3.1; type of service as RFC 2474 §3 reads it)
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------+-------+---------------+-------------------------------+
 *   |   4   |  IHL  |type of service|         total length          |
 *   +-------+-------+---------------+-----+-------------------------+
 *   |        identification         |0|D|M|     fragment offset     |
 *   +---------------+---------------+-----+-------------------------+
 *   | time to live  |   protocol    |        header checksum        |
 *   +---------------+---------------+-------------------------------+
 *   |                        source address                         |
 *   +---------------------------------------------------------------+
 *   |                     destination address                       |
 *   +---------------------------------------------------------------+
 */

export const IPV4_BYTES = 20

export const ipProtocols = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 } as const

/** Addresses are unsigned 32-bit numbers, `totalLength` and `fragmentOffset` are bytes (the latter a multiple of 8). */
export interface Ipv4Header {
  typeOfService: number
  totalLength: number
  identification: number
  dontFragment: boolean
  moreFragments: boolean
  fragmentOffset: number
  timeToLive: number
  protocol: number
  source: number
  destination: number
}

/** Writes a header without options at `offset`, its checksum included, and returns its length, 20. */
export function encodeIpv4(view: DataView, offset: number, header: Readonly<Ipv4Header>): number {
  view.setUint8(offset, 0x45)
  view.setUint8(offset + 1, header.typeOfService)
  view.setUint16(offset + 2, header.totalLength)
  view.setUint16(offset + 4, header.identification)
  const flags = (header.dontFragment ? 0x4000 : 0) | (header.moreFragments ? 0x2000 : 0)
  view.setUint16(offset + 6, flags | (header.fragmentOffset >> 3))
  view.setUint8(offset + 8, header.timeToLive)
  view.setUint8(offset + 9, header.protocol)
  view.setUint16(offset + 10, 0)
  view.setUint32(offset + 12, header.source)
  view.setUint32(offset + 16, header.destination)
  view.setUint16(offset + 10, internetChecksum(view, offset, IPV4_BYTES))
  return IPV4_BYTES
}

/**
 * null: not IPv4, cut off before the header's end, or lengths that contradict each other. A `totalLength` beyond `end`
 * is accepted, because a mirrored packet may be truncated. The checksum is not judged: see internetChecksum.
 */
export function decodeIpv4(
  view: DataView,
  offset: number,
  end: number,
): (Ipv4Header & { readonly headerBytes: number }) | null {
  const headerBytes = ipv4HeaderBytes(view, offset, end)
  if (headerBytes === 0) return null
  const fragment = view.getUint16(offset + 6)
  return {
    typeOfService: view.getUint8(offset + 1),
    totalLength: view.getUint16(offset + 2),
    identification: view.getUint16(offset + 4),
    dontFragment: (fragment & 0x4000) !== 0,
    moreFragments: (fragment & 0x2000) !== 0,
    fragmentOffset: (fragment & 0x1fff) << 3,
    timeToLive: view.getUint8(offset + 8),
    protocol: view.getUint8(offset + 9),
    source: view.getUint32(offset + 12),
    destination: view.getUint32(offset + 16),
    headerBytes,
  }
}

/** Length of the header with its options, or 0 when there is no sound IPv4 header. Allocates nothing. */
export function ipv4HeaderBytes(view: DataView, offset: number, end: number): number {
  if (end - offset < IPV4_BYTES || view.getUint8(offset) >> 4 !== 4) return 0
  const headerBytes = (view.getUint8(offset) & 0x0f) * 4
  if (headerBytes < IPV4_BYTES || offset + headerBytes > end) return 0
  return view.getUint16(offset + 2) < headerBytes ? 0 : headerBytes
}

/** Sum of the pseudo-header that UDP (RFC 768) and TCP (RFC 9293 §3.1) put before their own checksum's range. */
export function ipv4PseudoHeaderSum(source: number, destination: number, protocol: number, byteLength: number): number {
  return (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + protocol + byteLength
}
