/*
 * GENEVE header (RFC 8926 §3.4) with the three options that a Gateway Load Balancer adds to every packet
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---+-----------+-+-+-----------+-------------------------------+
 *   |Ver| options/4 |O|C| reserved  |         protocol type         |
 *   +---+-----------+-+-+-----------+---------------+---------------+
 *   |        virtual network identifier             |   reserved    |
 *   +-------------------------------+---------------+-----+---------+
 *   |        class 0x0108           |   type 1      |0 0 0|  2      |  gateway load balancer endpoint (8 bytes)
 *   |        class 0x0108           |   type 2      |0 0 0|  2      |  attachment (8 bytes)
 *   |        class 0x0108           |   type 3      |0 0 0|  1      |  flow cookie (4 bytes)
 *   +-------------------------------+---------------+-----+---------+
 */

export const GENEVE_PORT = 6081

/** 8 of the header, 12 + 12 + 8 of the options. With IPv4 and UDP in front: the 68 bytes that AWS tells appliances to add. */
export const GENEVE_BYTES = 40

/** Where the flow cookie stands in the header. */
export const GENEVE_COOKIE_OFFSET = 36

const OPTION_WORDS = (GENEVE_BYTES - 8) / 4
const AWS_OPTION_CLASS = 0x0108

/** The payload is an IP packet without Ethernet: 0x0800 or 0x86dd. */
export interface GeneveHeader {
  etherType: number
  virtualNetworkId: number
  endpointId: bigint
  attachmentId: bigint
  /** Names the flow to the load balancer, which expects it back. */
  flowCookie: number
}

/** Writes the 40 bytes at `offset`, reserved bits 0, and returns their count. */
export function encodeGeneve(view: DataView, offset: number, header: Readonly<GeneveHeader>): number {
  view.setUint8(offset, OPTION_WORDS)
  view.setUint8(offset + 1, 0)
  view.setUint16(offset + 2, header.etherType)
  view.setUint32(offset + 4, header.virtualNetworkId << 8)
  encodeOptionHeader(view, offset + 8, 1, 2)
  view.setBigUint64(offset + 12, header.endpointId)
  encodeOptionHeader(view, offset + 20, 2, 2)
  view.setBigUint64(offset + 24, header.attachmentId)
  encodeOptionHeader(view, offset + 32, 3, 1)
  view.setUint32(offset + GENEVE_COOKIE_OFFSET, header.flowCookie)
  return GENEVE_BYTES
}

function encodeOptionHeader(view: DataView, offset: number, type: number, words: number): void {
  view.setUint16(offset, AWS_OPTION_CLASS)
  view.setUint8(offset + 2, type)
  view.setUint8(offset + 3, words)
}

/**
 * `payload` is where the inner packet begins. null: cut off, another version, options that do not add up, or one of the
 * three options missing. Options of other classes are stepped over.
 */
export function decodeGeneve(
  view: DataView,
  offset: number,
  end: number,
): (GeneveHeader & { readonly payload: number }) | null {
  if (end - offset < 8 || view.getUint8(offset) >> 6 !== 0) return null
  const payload = offset + 8 + (view.getUint8(offset) & 0x3f) * 4
  if (payload > end) return null
  const endpoint = findOption(view, offset + 8, payload, 1, 8)
  const attachment = findOption(view, offset + 8, payload, 2, 8)
  const cookie = findOption(view, offset + 8, payload, 3, 4)
  if (endpoint < 0 || attachment < 0 || cookie < 0) return null
  return {
    etherType: view.getUint16(offset + 2),
    virtualNetworkId: view.getUint32(offset + 4) >>> 8,
    endpointId: view.getBigUint64(endpoint),
    attachmentId: view.getBigUint64(attachment),
    flowCookie: view.getUint32(cookie),
    payload,
  }
}

/** Where the data of an option of AWS's class begins, or -1. Options have at least 4 bytes, so the walk ends. */
function findOption(view: DataView, start: number, end: number, type: number, byteLength: number): number {
  for (let at = start; at + 4 <= end; ) {
    const dataBytes = (view.getUint8(at + 3) & 0x1f) * 4
    if (at + 4 + dataBytes > end) return -1
    const isWanted = view.getUint16(at) === AWS_OPTION_CLASS && (view.getUint8(at + 2) & 0x7f) === type
    if (isWanted && dataBytes === byteLength) return at + 4
    at += 4 + dataBytes
  }
  return -1
}
