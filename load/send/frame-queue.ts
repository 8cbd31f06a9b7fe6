import type { FrameQueue } from '../flow/packet-stream.ts'
import type { MessageVector } from './message-vector.ts'

/** A queue that is the argument of one sendmmsg. */
export interface SendQueue extends FrameQueue {
  readonly messages: MessageVector
  readonly offset: (index: number) => number
  readonly byteLength: (index: number) => number
  readonly lane: (index: number) => number
  /** Empties it: what it held has been sent, or given up. */
  readonly clear: () => void
}

/** @param skipBytes of each frame are not sent: a UDP socket writes its own headers. @default 0 */
export function createSendQueue(messages: MessageVector, skipBytes = 0): SendQueue {
  const { capacity } = messages
  const offsets = new Int32Array(capacity)
  const byteLengths = new Int32Array(capacity)
  const lanes = new Int32Array(capacity)
  let count = 0
  let batchNumber = 0
  return {
    capacity,
    messages,
    count: () => count,
    batchNumber: () => batchNumber,
    add: (offset, byteLength, lane) => {
      messages.setBuffer(count, offset + skipBytes, byteLength - skipBytes)
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
