import type { FrameQueue } from '../flow/packet-stream.ts'

/** Frames that are sent together. */
export interface SendQueue extends FrameQueue {
  readonly offset: (index: number) => number
  readonly byteLength: (index: number) => number
  readonly lane: (index: number) => number
  /** Empties it: what it held has been sent, or given up. */
  readonly clear: () => void
}

export function createSendQueue(capacity: number): SendQueue {
  const offsets = new Int32Array(capacity)
  const byteLengths = new Int32Array(capacity)
  const lanes = new Int32Array(capacity)
  let count = 0
  let batchNumber = 0
  return {
    capacity,
    count: () => count,
    batchNumber: () => batchNumber,
    add: (offset, byteLength, lane) => {
      offsets[count] = offset
      byteLengths[count] = byteLength
      lanes[count++] = lane
    },
    offset: (index) => offsets[index] ?? 0,
    byteLength: (index) => byteLengths[index] ?? 0,
    lane: (index) => lanes[index] ?? 0,
    clear: () => {
      count = 0
      batchNumber++
    },
  }
}
