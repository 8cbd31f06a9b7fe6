import { createMessageVector, type MessageVector, messageVectorBytes } from './message-vector.ts'
import { allocateNativeMemory } from './native-memory.ts'

const FRAME_ALIGNMENT = 64
/** sll_pkttype in linux/if_packet.h. */
const PACKET_OTHERHOST = 3
const PACKET_OUTGOING = 4

/** `other-host`: addressed to another machine on the same wire. An AWS interface never sees such a frame. */
export type FrameDirection = 'ingress' | 'egress' | 'other-host'

export interface FrameBatchOptions {
  /** Frames that fit at once. */
  readonly capacity: number
  /** Longest frame that is taken whole. */
  readonly frameBytes: number
  /** Free room before each frame, so that an outer header goes in front of it and nothing has to be moved. @default 0 */
  readonly headroomBytes?: number
}

/**
 * A batch of frames in memory that the kernel fills and sends from. Made once; after that nothing allocates.
 * A receiver and a sender may share one: a frame is sent from where it was received.
 */
export interface FrameBatch {
  readonly capacity: number
  readonly frameBytes: number
  /** The whole memory. Frame `index` begins at `frameOffset(index)` in both of them. */
  readonly view: DataView
  readonly bytes: Uint8Array
  readonly frameOffset: (index: number) => number
  /** Full length of received frame `index`, also when only the first `frameBytes` of it are here. */
  readonly receivedBytes: (index: number) => number
  readonly direction: (index: number) => FrameDirection
  /** For the socket. */
  readonly received: MessageVector
  readonly queued: MessageVector
  /** Adds a range of `view` to what the next send takes. The queue holds `capacity` ranges. */
  readonly queue: (offset: number, byteLength: number) => void
  readonly queuedFrames: () => number
  readonly clearQueue: () => void
}

export function createFrameBatch({ capacity, frameBytes, headroomBytes = 0 }: FrameBatchOptions): FrameBatch {
  const headroom = align(headroomBytes)
  const stride = headroom + align(frameBytes)
  const framesAt = align(2 * messageVectorBytes(capacity))
  const memory = allocateNativeMemory(framesAt + capacity * stride)
  const received = createMessageVector(memory, 0, capacity)
  const queued = createMessageVector(memory, messageVectorBytes(capacity), capacity)
  const frameOffset = (index: number) => framesAt + index * stride + headroom
  for (let index = 0; index < capacity; index++) received.setBuffer(index, frameOffset(index), frameBytes)

  let queuedFrames = 0
  return {
    capacity,
    frameBytes,
    view: memory.view,
    bytes: memory.bytes,
    frameOffset,
    receivedBytes: received.transferredBytes,
    direction: (index) => directionOf(received.packetType(index)),
    received,
    queued,
    queue: (offset, byteLength) => {
      if (queuedFrames === capacity)
        throw new RangeError(`the batch holds ${capacity} frames and is full; send it first`)
      queued.setBuffer(queuedFrames++, offset, byteLength)
    },
    queuedFrames: () => queuedFrames,
    clearQueue: () => {
      queuedFrames = 0
    },
  }
}

function directionOf(packetType: number): FrameDirection {
  if (packetType === PACKET_OUTGOING) return 'egress'
  return packetType === PACKET_OTHERHOST ? 'other-host' : 'ingress'
}

function align(bytes: number): number {
  return Math.ceil(bytes / FRAME_ALIGNMENT) * FRAME_ALIGNMENT
}
