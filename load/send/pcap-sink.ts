import { closeSync, openSync, writeSync } from 'node:fs'
import type { FrameMemory } from '../flow/frame-table.ts'
import type { PacedRate } from '../run-plan.ts'
import type { FrameSink } from './frame-sink.ts'
import { encodePcapFileHeader, encodePcapRecordHeader, PCAP_RECORD_HEADER_BYTES } from './pcap.ts'

/** Written in pieces of about this size. */
const CHUNK_BYTES = 1 << 20
const LONGEST_FRAME_BYTES = 65_536

export interface PcapSink extends FrameSink {
  /** Milliseconds since the start of the capture: what it would take to send what was written, at the asked rate. */
  readonly clock: () => number
}

/** Without a rate a packet takes a microsecond: the same seed gives the same bytes on any machine. */
const UNPACED_PER_SECOND = 1_000_000
/** 2026-01-01. A capture whose packets are of 1970 confuses readers. */
const START_SECONDS = 1_767_225_600

/** A capture file that holds the frames as they would be on the wire, with the times that the asked rate gives them. */
export function openPcapSink(path: string, memory: FrameMemory, rate: PacedRate): PcapSink {
  const file = openSync(path, 'w')
  const chunk = new Uint8Array(CHUNK_BYTES + LONGEST_FRAME_BYTES)
  const view = new DataView(chunk.buffer)
  const perSecond = rate.perSecond ?? UNPACED_PER_SECOND
  let units = 0
  let filled = encodePcapFileHeader(view, 0)
  const flush = () => {
    for (let at = 0; at < filled; ) at += writeSync(file, chunk, at, filled - at)
    filled = 0
  }
  return {
    clock: () => (units / perSecond) * 1000,
    send: (queue) => {
      for (let index = 0; index < queue.count(); index++) {
        const byteLength = queue.byteLength(index)
        const seconds = units / perSecond
        const whole = Math.floor(seconds)
        encodePcapRecordHeader(view, filled, START_SECONDS + whole, Math.floor((seconds - whole) * 1e9), byteLength)
        const from = queue.offset(index)
        chunk.set(memory.bytes.subarray(from, from + byteLength), filled + PCAP_RECORD_HEADER_BYTES)
        filled += PCAP_RECORD_HEADER_BYTES + byteLength
        units += rate.unit === 'packets' ? 1 : byteLength * 8
        if (filled >= CHUNK_BYTES) flush()
      }
    },
    means: () => 'pcap',
    close: () => {
      flush()
      closeSync(file)
    },
  }
}
