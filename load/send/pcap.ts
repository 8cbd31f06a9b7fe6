import { writeFileSync } from 'node:fs'

/*
 * A capture file that every analyser reads (draft-ietf-opsawg-pcap §4, §5), big endian, nanosecond time stamps
 *
 *   file:    magic 0xa1b23c4d | major 2, minor 4 | reserved | reserved | snap length | link type 1 = Ethernet
 *   packet:  seconds | nanoseconds | captured length | original length | the frame
 */
export const PCAP_FILE_HEADER_BYTES = 24
export const PCAP_RECORD_HEADER_BYTES = 16
const LINK_TYPE_ETHERNET = 1
const SNAP_BYTES = 0x4_0000

export interface CapturedFrame {
  readonly atNanoseconds: bigint
  readonly frame: Uint8Array
}

/** Writes the file's header at `offset` and returns its length. */
export function encodePcapFileHeader(view: DataView, offset: number): number {
  view.setUint32(offset, 0xa1b23c4d)
  view.setUint16(offset + 4, 2)
  view.setUint16(offset + 6, 4)
  view.setUint32(offset + 8, 0)
  view.setUint32(offset + 12, 0)
  view.setUint32(offset + 16, SNAP_BYTES)
  view.setUint32(offset + 20, LINK_TYPE_ETHERNET)
  return PCAP_FILE_HEADER_BYTES
}

/** Writes the header of one whole packet at `offset` and returns its length. */
export function encodePcapRecordHeader(
  view: DataView,
  offset: number,
  seconds: number,
  nanoseconds: number,
  byteLength: number,
): number {
  view.setUint32(offset, seconds)
  view.setUint32(offset + 4, nanoseconds)
  view.setUint32(offset + 8, byteLength)
  view.setUint32(offset + 12, byteLength)
  return PCAP_RECORD_HEADER_BYTES
}

/** The bytes of a capture file with these frames. */
export function toPcap(frames: readonly CapturedFrame[]): Uint8Array {
  const packetBytes = frames.reduce((sum, { frame }) => sum + PCAP_RECORD_HEADER_BYTES + frame.byteLength, 0)
  const bytes = new Uint8Array(PCAP_FILE_HEADER_BYTES + packetBytes)
  const view = new DataView(bytes.buffer)
  let at = encodePcapFileHeader(view, 0)
  for (const { atNanoseconds, frame } of frames) {
    const [seconds, rest] = [atNanoseconds / 1_000_000_000n, atNanoseconds % 1_000_000_000n]
    at += encodePcapRecordHeader(view, at, Number(seconds), Number(rest), frame.byteLength)
    bytes.set(frame, at)
    at += frame.byteLength
  }
  return bytes
}

export function sendToPcap(path: string, frames: readonly CapturedFrame[]): void {
  writeFileSync(path, toPcap(frames))
}
