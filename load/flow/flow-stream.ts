import type { Envelope } from '../packet/envelope.ts'
import { patchSequence } from './flow-patch.ts'
import type { FlowStart } from './flow-start.ts'
import { toSourceCounts } from './lane-counts.ts'
import { IDLE, type Lanes } from './lane-table.ts'
import type { MalformedFrames } from './malformed-frames.ts'
import { EXHAUSTED, type FrameQueue, type PacketStream, SEND_FIRST } from './packet-stream.ts'

export interface FlowStreamParts {
  readonly lanes: Lanes
  readonly envelopes: readonly Envelope[]
  readonly startFlow: FlowStart
  /** Where lanes without a script take their packets from. */
  readonly malformed: MalformedFrames
  readonly packetsMax: number
}

/**
 * Lanes take turns, one packet each. A flow begins only if all of it fits into `packetsMax`, and a loop goes on only if
 * what follows fits too: so a run never sends more, and ends with no flow cut off. Nothing here allocates.
 */
export function createFlowStream(parts: FlowStreamParts): PacketStream {
  const { lanes: tables, envelopes, startFlow, malformed, packetsMax } = parts
  const { lanes, frames } = tables
  /** Packets sent, and those still to come of the flows under way. */
  let committed = 0
  let isStopping = false
  let cursor = 0
  const range = { first: 0, end: 0 }

  const begin = (lane: number, queue: FrameQueue): boolean => {
    const length = read(lanes.end, lane) - read(lanes.first, lane)
    if (isStopping || committed + length > packetsMax) return false
    if (lanes.batch[lane] === queue.batchNumber()) return true
    committed += length
    rewind(lane, -1)
    startFlow(lane)
    lanes.next[lane] = read(lanes.first, lane)
    lanes.started[lane] = read(lanes.started, lane) + 1
    lanes.isBroken[lane] = 0
    return true
  }

  /** Moves the sequence numbers of the loop and of what follows it: one pass on, or back to the first pass. */
  const rewind = (lane: number, step: 1 | -1) => {
    const loop = lanes.plans[lane]?.script?.loop
    lanes.mustRewind[lane] = 0
    if (!loop) return
    const passes = step === 1 ? 1 : -read(lanes.pass, lane)
    range.first = read(lanes.loopFrom, lane)
    range.end = read(lanes.end, lane)
    lanes.pass[lane] = step === 1 ? read(lanes.pass, lane) + 1 : 0
    if (passes !== 0) patchSequence(frames, range, passes * loop.clientBytes, passes * loop.serverBytes)
  }

  const advance = (lane: number, frame: number) => {
    const next = frame + 1
    const loopFrames = read(lanes.loopTo, lane) - read(lanes.loopFrom, lane)
    const goesOn = next === lanes.loopTo[lane] && read(lanes.pass, lane) + 1 < read(lanes.passes, lane)
    if (goesOn && !isStopping && committed + loopFrames <= packetsMax) {
      committed += loopFrames
      lanes.next[lane] = read(lanes.loopFrom, lane)
      lanes.mustRewind[lane] = 1
    } else if (next === lanes.end[lane]) {
      lanes.next[lane] = IDLE
      if (lanes.isBroken[lane] === 0) lanes.finished[lane] = read(lanes.finished, lane) + 1
    } else lanes.next[lane] = next
  }

  const enqueue = (lane: number, offset: number, byteLength: number, queue: FrameQueue): number => {
    queue.add(offset, byteLength, lane)
    lanes.packets[lane] = read(lanes.packets, lane) + 1
    lanes.byteLengths[lane] = read(lanes.byteLengths, lane) + byteLength
    return byteLength
  }

  const queueMalformed = (lane: number, queue: FrameQueue): number => {
    if (isStopping || committed >= packetsMax) return EXHAUSTED
    committed++
    const slot = malformed.write(read(lanes.source, lane))
    return enqueue(lane, malformed.offset(slot), malformed.byteLength(slot), queue)
  }

  const queueOfLane = (lane: number, queue: FrameQueue): number => {
    if (lanes.first[lane] === lanes.end[lane]) return queueMalformed(lane, queue)
    if (lanes.next[lane] === IDLE) {
      if (!begin(lane, queue)) return EXHAUSTED
      if (lanes.next[lane] === IDLE) return SEND_FIRST
    }
    if (lanes.mustRewind[lane] === 1) {
      if (lanes.batch[lane] === queue.batchNumber()) return SEND_FIRST
      rewind(lane, 1)
    }
    const frame = read(lanes.next, lane)
    lanes.batch[lane] = queue.batchNumber()
    const byteLength = enqueue(lane, read(frames.offset, frame), read(frames.byteLength, frame), queue)
    advance(lane, frame)
    return byteLength
  }

  return {
    queueNext: (queue) => {
      // Every lane is asked once; those that wait for their first turn are asked again.
      for (let asked = 0; asked < lanes.count; asked++) {
        const lane = cursor
        cursor = cursor + 1 === lanes.count ? 0 : cursor + 1
        const wait = read(lanes.wait, lane)
        if (wait > 0) {
          lanes.wait[lane] = wait - 1
          if (!isStopping) asked = -1
          continue
        }
        const queued = queueOfLane(lane, queue)
        if (queued === SEND_FIRST) cursor = lane
        if (queued !== EXHAUSTED) return queued
      }
      return EXHAUSTED
    },
    stop: () => {
      isStopping = true
    },
    discount: (lane, byteLength) => {
      lanes.packets[lane] = read(lanes.packets, lane) - 1
      lanes.byteLengths[lane] = read(lanes.byteLengths, lane) - byteLength
      if (lanes.isBroken[lane] === 1 || lanes.first[lane] === lanes.end[lane]) return
      lanes.isBroken[lane] = 1
      lanes.broken[lane] = read(lanes.broken, lane) + 1
      if (lanes.next[lane] === IDLE) lanes.finished[lane] = read(lanes.finished, lane) - 1
    },
    sourceCounts: () => toSourceCounts(lanes, envelopes),
  }
}

/** A column always holds its lanes and frames; the type checker cannot know. */
const read = (column: Int32Array | Float64Array, index: number): number => column[index] ?? 0
