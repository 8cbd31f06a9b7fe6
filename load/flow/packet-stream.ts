import type { SourceCounts } from '../truth.ts'

/** Where a stream puts frames, until they are sent together. */
export interface FrameQueue {
  readonly capacity: number
  /** Frames in it. */
  readonly count: () => number
  /** Changes with every send: a frame queued under another number has been sent. */
  readonly batchNumber: () => number
  /** Adds a range of the stream's memory. */
  readonly add: (offset: number, byteLength: number, lane: number) => void
}

/** Nothing is left to send. */
export const EXHAUSTED = 0
/** The next frame is one of the queue's own, to be written anew: send the queue first. */
export const SEND_FIRST = -1

/** Frames in the order in which they are to be sent. */
export interface PacketStream {
  /** Queues one frame and returns its bytes; or EXHAUSTED; or SEND_FIRST. The queue must have room. */
  readonly queueNext: (queue: FrameQueue) => number
  /** From now on only what has begun is brought to its end. */
  readonly stop: () => void
  /** Takes back the count of a frame that was queued for `lane` and not sent. */
  readonly discount: (lane: number, byteLength: number) => void
  readonly sourceCounts: () => SourceCounts[]
}
