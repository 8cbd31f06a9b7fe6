import { addToChecksum, foldChecksum } from './internet-checksum.ts'

/*
 * TCP header (RFC 9293 §3.1)
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-------------------------------+-------------------------------+
 *   |          source port          |       destination port        |
 *   +-------------------------------+-------------------------------+
 *   |                        sequence number                        |
 *   +---------------------------------------------------------------+
 *   |                    acknowledgment number                      |
 *   +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
 *   | offset| rsrvd |C|E|U|A|P|R|S|F|            window             |
 *   +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
 *   |           checksum            |        urgent pointer         |
 *   +-------------------------------+-------------------------------+
 */

export const TCP_BYTES = 20

/** Bits of `flags`; add them up. */
export const tcpFlags = {
  fin: 0x01,
  syn: 0x02,
  rst: 0x04,
  psh: 0x08,
  ack: 0x10,
  urg: 0x20,
  ece: 0x40,
  cwr: 0x80,
} as const

export interface TcpHeader {
  sourcePort: number
  destinationPort: number
  sequenceNumber: number
  acknowledgmentNumber: number
  flags: number
  window: number
  urgentPointer: number
}

/** Writes a header without options at `offset`, checksum 0 until sealTcp, and returns its length, 20. */
export function encodeTcp(view: DataView, offset: number, header: Readonly<TcpHeader>): number {
  view.setUint16(offset, header.sourcePort)
  view.setUint16(offset + 2, header.destinationPort)
  view.setUint32(offset + 4, header.sequenceNumber)
  view.setUint32(offset + 8, header.acknowledgmentNumber)
  view.setUint8(offset + 12, (TCP_BYTES / 4) << 4)
  view.setUint8(offset + 13, header.flags)
  view.setUint16(offset + 14, header.window)
  view.setUint16(offset + 16, 0)
  view.setUint16(offset + 18, header.urgentPointer)
  return TCP_BYTES
}

/** null: cut off before the header's end, or a data offset that does not even hold the header. */
export function decodeTcp(
  view: DataView,
  offset: number,
  end: number,
): (TcpHeader & { readonly headerBytes: number }) | null {
  if (end - offset < TCP_BYTES) return null
  const headerBytes = (view.getUint8(offset + 12) >> 4) * 4
  if (headerBytes < TCP_BYTES || offset + headerBytes > end) return null
  return {
    sourcePort: view.getUint16(offset),
    destinationPort: view.getUint16(offset + 2),
    sequenceNumber: view.getUint32(offset + 4),
    acknowledgmentNumber: view.getUint32(offset + 8),
    flags: view.getUint8(offset + 13),
    window: view.getUint16(offset + 14),
    urgentPointer: view.getUint16(offset + 18),
    headerBytes,
  }
}

/**
 * Computes the checksum over header and payload, which must be written already, and puts it in place.
 * `pseudoHeaderSum` comes from ipv4PseudoHeaderSum or ipv6PseudoHeaderSum.
 */
export function sealTcp(view: DataView, offset: number, byteLength: number, pseudoHeaderSum: number): void {
  view.setUint16(offset + 16, 0)
  view.setUint16(offset + 16, foldChecksum(addToChecksum(pseudoHeaderSum, view, offset, byteLength)))
}
