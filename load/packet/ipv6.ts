import type { AddressWords } from './address.ts'

/*
 * IPv6 header (RFC 8200 §3)
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------+---------------+---------------------------------------+
 *   |   6   | traffic class |              flow label               |
 *   +-------+---------------+-------+---------------+---------------+
 *   |        payload length         |  next header  |   hop limit   |
 *   +-------------------------------+---------------+---------------+
 *   |                     source address (16)                       |
 *   +---------------------------------------------------------------+
 *   |                   destination address (16)                    |
 *   +---------------------------------------------------------------+
 *
 * Extension header (RFC 8200 §4), fragment header (§4.5)
 *   +---------------+---------------+ - - -   +---------------+---------------+---------------------+---+-+
 *   |  next header  | length/8 - 1  | ...     |  next header  |   reserved    |   fragment offset   | 0 |M|
 *   +---------------+---------------+ - - -   +---------------+---------------+---------------------+---+-+
 */

export const IPV6_BYTES = 40

export interface Ipv6Header {
  trafficClass: number
  flowLabel: number
  /** Bytes after this header, extension headers included. */
  payloadLength: number
  nextHeader: number
  hopLimit: number
  source: AddressWords
  destination: AddressWords
}

/** Writes the 40 bytes at `offset` and returns their count. */
export function encodeIpv6(view: DataView, offset: number, header: Readonly<Ipv6Header>): number {
  view.setUint32(offset, 0x6000_0000 | (header.trafficClass << 20) | header.flowLabel)
  view.setUint16(offset + 4, header.payloadLength)
  view.setUint8(offset + 6, header.nextHeader)
  view.setUint8(offset + 7, header.hopLimit)
  for (const at of [0, 1, 2, 3] as const) {
    view.setInt32(offset + 8 + at * 4, header.source[at])
    view.setInt32(offset + 24 + at * 4, header.destination[at])
  }
  return IPV6_BYTES
}

/** null: not IPv6, or cut off before the header's end. */
export function decodeIpv6(view: DataView, offset: number, end: number): Ipv6Header | null {
  if (!isIpv6(view, offset, end)) return null
  const word = (at: number) => view.getInt32(offset + at)
  return {
    trafficClass: (view.getUint16(offset) >> 4) & 0xff,
    flowLabel: view.getUint32(offset) & 0xf_ffff,
    payloadLength: view.getUint16(offset + 4),
    nextHeader: view.getUint8(offset + 6),
    hopLimit: view.getUint8(offset + 7),
    source: [word(8), word(12), word(16), word(20)],
    destination: [word(24), word(28), word(32), word(36)],
  }
}

export function isIpv6(view: DataView, offset: number, end: number): boolean {
  return end - offset >= IPV6_BYTES && view.getUint8(offset) >> 4 === 6
}

/** What stands behind the extension headers. `offset` is -1 when it cannot be reached: cut off, or a later fragment. */
export interface Ipv6UpperLayer {
  protocol: number
  offset: number
  isFragment: boolean
}

/** A real packet has two or three; a hostile one may chain thousands to cost us time. */
const EXTENSION_HEADERS_MAX = 8
const HOP_BY_HOP = 0
const ROUTING = 43
const FRAGMENT = 44
const AUTHENTICATION = 51
const DESTINATION_OPTIONS = 60

/** Walks the extension headers of a header for which isIpv6 holds, into a given object. Allocates nothing. */
export function findIpv6UpperLayer(view: DataView, offset: number, end: number, into: Ipv6UpperLayer): void {
  into.protocol = view.getUint8(offset + 6)
  into.offset = offset + IPV6_BYTES
  into.isFragment = false
  for (let seen = 0; seen < EXTENSION_HEADERS_MAX && into.offset >= 0; seen++) {
    if (!isExtension(into.protocol)) return
    stepOver(view, end, into)
  }
  if (isExtension(into.protocol)) into.offset = -1
}

function isExtension(protocol: number): boolean {
  return (
    protocol === HOP_BY_HOP ||
    protocol === ROUTING ||
    protocol === FRAGMENT ||
    protocol === AUTHENTICATION ||
    protocol === DESTINATION_OPTIONS
  )
}

function stepOver(view: DataView, end: number, into: Ipv6UpperLayer): void {
  const at = into.offset
  if (end - at < 8) {
    into.offset = -1
    return
  }
  const header = into.protocol
  into.protocol = view.getUint8(at)
  if (header === FRAGMENT) {
    into.isFragment = true
    // Only the first fragment holds the upper-layer header.
    into.offset = view.getUint16(at + 2) >> 3 === 0 ? at + 8 : -1
  } else {
    // The authentication header counts in units of 4 bytes, less 2 (RFC 4302 §2.2).
    const units = view.getUint8(at + 1)
    into.offset = at + (header === AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8)
  }
}

/** Sum of the pseudo-header for the upper layer's checksum (RFC 8200 §8.1). */
export function ipv6PseudoHeaderSum(
  source: AddressWords,
  destination: AddressWords,
  protocol: number,
  byteLength: number,
): number {
  let sum = protocol + (byteLength >>> 16) + (byteLength & 0xffff)
  for (const at of [0, 1, 2, 3] as const) {
    sum += (source[at] >>> 16) + (source[at] & 0xffff) + (destination[at] >>> 16) + (destination[at] & 0xffff)
  }
  return sum
}
