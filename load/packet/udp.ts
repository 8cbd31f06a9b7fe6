import { addToChecksum, foldChecksum } from './internet-checksum.ts'

/*
 * UDP header (RFC 768)
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------------------------------+-------------------------------+
 *   |          source port          |       destination port        |
 *   +-------------------------------+-------------------------------+
 *   |            length             |           checksum            |
 *   +-------------------------------+-------------------------------+
 */

export const UDP_BYTES = 8

/** `length` counts this header and the payload. `checksum` 0 says that the sender computed none. */
export interface UdpHeader {
  sourcePort: number
  destinationPort: number
  length: number
  checksum: number
}

/** Writes the 8 bytes at `offset` and returns their count. */
export function encodeUdp(view: DataView, offset: number, header: Readonly<UdpHeader>): number {
  view.setUint16(offset, header.sourcePort)
  view.setUint16(offset + 2, header.destinationPort)
  view.setUint16(offset + 4, header.length)
  view.setUint16(offset + 6, header.checksum)
  return UDP_BYTES
}

/** null: cut off before the header's end, or a length that does not even hold the header. */
export function decodeUdp(view: DataView, offset: number, end: number): UdpHeader | null {
  if (end - offset < UDP_BYTES) return null
  const length = view.getUint16(offset + 4)
  if (length < UDP_BYTES) return null
  return {
    sourcePort: view.getUint16(offset),
    destinationPort: view.getUint16(offset + 2),
    length,
    checksum: view.getUint16(offset + 6),
  }
}

/**
 * Computes the checksum over header and payload, which must be written already, and puts it in place. A result of 0 is
 * sent as 0xffff, because 0 means "none". `pseudoHeaderSum` comes from ipv4PseudoHeaderSum or ipv6PseudoHeaderSum.
 */
export function sealUdp(view: DataView, offset: number, length: number, pseudoHeaderSum: number): void {
  view.setUint16(offset + 6, 0)
  const checksum = foldChecksum(addToChecksum(pseudoHeaderSum, view, offset, length))
  view.setUint16(offset + 6, checksum === 0 ? 0xffff : checksum)
}
