/*
 * Classic capture files (draft-ietf-opsawg-pcap §4, §5) in either byte order, with microseconds or nanoseconds
 *
 *   file:    magic | version (4) | reserved (8) | snap length | link type in the low 28 bits
 *   packet:  seconds | fraction | captured length | original length | the frame
 */
const FILE_HEADER_BYTES = 24
const RECORD_HEADER_BYTES = 16
const LINK_TYPE_ETHERNET = 1
/** A record that says it is longer is garbage, and so is all that follows it. */
const RECORD_BYTES_MAX = 0x4_0000

export interface PcapFile {
  /** Where each frame stands in the file's bytes; captured bytes only. */
  readonly frames: readonly { readonly offset: number; readonly byteLength: number }[]
  /** The file ends within a record, or one says that it is longer than any packet: what follows was not read. */
  readonly isCutOff: boolean
}

export type DecodedPcap =
  | { readonly ok: true; readonly file: PcapFile }
  | { readonly ok: false; readonly reason: string }

/** The magic number in big endian, as it reads in each byte order. */
const byteOrders: ReadonlyMap<number, { readonly isLittleEndian: boolean }> = new Map([
  [0xa1b2c3d4, { isLittleEndian: false }],
  [0xa1b23c4d, { isLittleEndian: false }],
  [0xd4c3b2a1, { isLittleEndian: true }],
  [0x4d3cb2a1, { isLittleEndian: true }],
])
const PCAPNG_MAGIC = 0x0a0d0d0a

/** The file may be hostile: no length in it is trusted, and nothing is read past its end. */
export function decodePcap(view: DataView): DecodedPcap {
  if (view.byteLength < FILE_HEADER_BYTES) return { ok: false, reason: 'shorter than the header of a capture file' }
  const magic = view.getUint32(0)
  if (magic === PCAPNG_MAGIC) return { ok: false, reason: 'a pcapng file; convert it with `editcap -F pcap`' }
  const order = byteOrders.get(magic)
  if (order === undefined) return { ok: false, reason: `no capture file: it begins with 0x${magic.toString(16)}` }
  const linkType = view.getUint32(20, order.isLittleEndian) & 0x0fff_ffff
  if (linkType !== LINK_TYPE_ETHERNET) return { ok: false, reason: `of link type ${linkType}, allowed is 1 (Ethernet)` }
  return { ok: true, file: decodeRecords(view, order.isLittleEndian) }
}

function decodeRecords(view: DataView, isLittleEndian: boolean): PcapFile {
  const frames: { offset: number; byteLength: number }[] = []
  let at = FILE_HEADER_BYTES
  while (at + RECORD_HEADER_BYTES <= view.byteLength) {
    const byteLength = view.getUint32(at + 8, isLittleEndian)
    const offset = at + RECORD_HEADER_BYTES
    if (byteLength > RECORD_BYTES_MAX || offset + byteLength > view.byteLength) return { frames, isCutOff: true }
    frames.push({ offset, byteLength })
    at = offset + byteLength
  }
  return { frames, isCutOff: at !== view.byteLength }
}
