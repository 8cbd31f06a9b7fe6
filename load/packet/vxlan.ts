/*
 * VXLAN header (RFC 7348 §5)
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-+-+-+-+-+-+-+-+-----------------------------------------------+
 *   |R|R|R|R|I|R|R|R|                   reserved                    |
 *   +-+-+-+-+-+-+-+-+-------------------------------+---------------+
 *   |        VXLAN network identifier (VNI)         |   reserved    |
 *   +-----------------------------------------------+---------------+
 */

export const VXLAN_BYTES = 8

/** The UDP port IANA gave to VXLAN, and the one Traffic Mirroring sends to. */
export const VXLAN_PORT = 4789

/** The I bit: the network identifier is valid. */
const IDENTIFIER_IS_VALID = 0x08

export interface VxlanHeader {
  /** 24 bits. AWS calls it the session's virtual network id. */
  virtualNetworkId: number
}

/** Writes the 8 bytes at `offset` and returns their count. */
export function encodeVxlan(view: DataView, offset: number, header: Readonly<VxlanHeader>): number {
  view.setUint32(offset, IDENTIFIER_IS_VALID << 24)
  view.setUint32(offset + 4, header.virtualNetworkId << 8)
  return VXLAN_BYTES
}

/** null: cut off, or the I bit is not set. Reserved bits are ignored on receipt, as the RFC asks. */
export function decodeVxlan(view: DataView, offset: number, end: number): VxlanHeader | null {
  if (end - offset < VXLAN_BYTES) return null
  if ((view.getUint8(offset) & IDENTIFIER_IS_VALID) === 0) return null
  return { virtualNetworkId: view.getUint32(offset + 4) >>> 8 }
}
