import { writeFileSync } from 'node:fs'

/*
 * A capture file that every analyser reads (draft-ietf-opsawg-pcap §4, §5), big endian, nanosecond time stamps
 *
 *   file:    magic 0xa1b23c4d | major 2, minor 4 | reserved | reserved | snap length | link type 1 = Ethernet
 *   packet:  seconds | nanoseconds | captured length | original length | the frame
 */
const FILE_HEADER_BYTES = 24
const PACKET_HEADER_BYTES = 16
const LINK_TYPE_ETHERNET = 1
const SNAP_BYTES = 0x4_0000

export interface CapturedFrame {
  readonly atNanoseconds: bigint
  readonly frame: Uint8Array
}

/** The bytes of a capture file with these frames. */
export function toPcap(frames: readonly CapturedFrame[]): Uint8Array {
  const packetBytes = frames.reduce((sum, { frame }) => sum + PACKET_HEADER_BYTES + frame.byteLength, 0)
  const bytes = new Uint8Array(FILE_HEADER_BYTES + packetBytes)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 0xa1b23c4d)
  view.setUint16(4, 2)
  view.setUint16(6, 4)
  view.setUint32(16, SNAP_BYTES)
  view.setUint32(20, LINK_TYPE_ETHERNET)
  let at = FILE_HEADER_BYTES
  for (const { atNanoseconds, frame } of frames) {
    view.setUint32(at, Number(atNanoseconds / 1_000_000_000n))
    view.setUint32(at + 4, Number(atNanoseconds % 1_000_000_000n))
    view.setUint32(at + 8, frame.byteLength)
    view.setUint32(at + 12, frame.byteLength)
    bytes.set(frame, at + PACKET_HEADER_BYTES)
    at += PACKET_HEADER_BYTES + frame.byteLength
  }
  return bytes
}

export function sendToPcap(path: string, frames: readonly CapturedFrame[]): void {
  writeFileSync(path, toPcap(frames))
}
