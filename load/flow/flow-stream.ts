import type { Envelope } from '../packet/envelope.ts'
import { patchSequence } from './flow-patch.ts'
import type { FlowStart } from './flow-start.ts'
import { toSourceCounts } from './lane-counts.ts'
import { IDLE, type Lanes } from './lane-table.ts'
import type { MalformedFrames } from './malformed-frames.ts'
import { EXHAUSTED, type FrameQueue, type PacketStream, SEND_FIRST } from './packet-stream.ts'

export interface FlowStreamParts extends Lanes {
  readonly envelopes: readonly Envelope[]
  readonly startFlow: FlowStart
  /** Where lanes without a script take their packets from. */
  readonly malformed: MalformedFrames
  readonly packetsMax: number
}

interface StreamState extends FlowStreamParts {
  /** Packets sent, and those still to come of the flows under way. */
  committed: number
  isStopping: boolean
  /** Whose turn it is. */
  cursor: number
}

/**
 * Lanes take turns, one packet each. A flow begins only if all of it fits into `packetsMax`, and a loop goes on only if
 * what follows fits too: so a run never sends more, and ends with no flow cut off. Nothing here allocates.
 */
export function createFlowStream(parts: FlowStreamParts): PacketStream {
  const state: StreamState = { ...parts, committed: 0, isStopping: false, cursor: 0 }
  return {
    queueNext: (queue) => queueNext(state, queue),
    stop: () => {
      state.isStopping = true
    },
    discount: (lane, byteLength) => discount(state, lane, byteLength),
    sourceCounts: () => toSourceCounts(state.lanes, state.envelopes),
  }
}

/** Every lane is asked once; those that wait for their first turn are asked again. */
function queueNext(state: StreamState, queue: FrameQueue): number {
  const { lanes } = state
  for (let asked = 0; asked < lanes.count; asked++) {
    const lane = state.cursor
    state.cursor = lane + 1 === lanes.count ? 0 : lane + 1
    const wait = read(lanes.wait, lane)
    if (wait > 0) {
      lanes.wait[lane] = wait - 1
      if (!state.isStopping) asked = -1
      continue
    }
    const queued = queueOfLane(state, lane, queue)
    if (queued === SEND_FIRST) state.cursor = lane
    if (queued !== EXHAUSTED) return queued
  }
  return EXHAUSTED
}

function queueOfLane(state: StreamState, lane: number, queue: FrameQueue): number {
  const { lanes, frames } = state
  if (lanes.first[lane] === lanes.end[lane]) return queueMalformed(state, lane, queue)
  const isQueued = lanes.batch[lane] === queue.batchNumber()
  if (lanes.next[lane] === IDLE) {
    if (!mayBegin(state, lane)) return EXHAUSTED
    if (isQueued) return SEND_FIRST
    begin(state, lane)
  }
  if (lanes.mustRewind[lane] === 1) {
    if (isQueued) return SEND_FIRST
    goOn(state, lane)
  }
  const frame = read(lanes.next, lane)
  lanes.batch[lane] = queue.batchNumber()
  advance(state, lane, frame)
  return enqueue(state, lane, read(frames.offset, frame), read(frames.byteLength, frame), queue)
}

function queueMalformed(state: StreamState, lane: number, queue: FrameQueue): number {
  const { lanes, malformed } = state
  if (state.isStopping || state.committed >= state.packetsMax) return EXHAUSTED
  state.committed++
  const slot = malformed.write(read(lanes.source, lane))
  return enqueue(state, lane, malformed.offset(slot), malformed.byteLength(slot), queue)
}

function enqueue({ lanes }: StreamState, lane: number, offset: number, byteLength: number, queue: FrameQueue): number {
  queue.add(offset, byteLength, lane)
  lanes.packets[lane] = readNumber(lanes.packets, lane) + 1
  lanes.byteLengths[lane] = readNumber(lanes.byteLengths, lane) + byteLength
  return byteLength
}

const scriptFrames = ({ lanes }: StreamState, lane: number): number => read(lanes.end, lane) - read(lanes.first, lane)

const mayBegin = (state: StreamState, lane: number): boolean =>
  !state.isStopping && state.committed + scriptFrames(state, lane) <= state.packetsMax

function begin(state: StreamState, lane: number): void {
  const { lanes } = state
  state.committed += scriptFrames(state, lane)
  const passes = readNumber(lanes.pass, lane)
  if (passes > 0) moveSequence(state, lane, -passes)
  lanes.pass[lane] = 0
  state.startFlow(lane)
  lanes.next[lane] = read(lanes.first, lane)
  lanes.started[lane] = readNumber(lanes.started, lane) + 1
  lanes.isBroken[lane] = 0
}

/** Makes the loop's frames, and those after it, the ones of the next pass. */
function goOn(state: StreamState, lane: number): void {
  const { lanes } = state
  lanes.mustRewind[lane] = 0
  lanes.pass[lane] = readNumber(lanes.pass, lane) + 1
  moveSequence(state, lane, 1)
}

const range = { first: 0, end: 0 }

function moveSequence({ lanes, frames }: StreamState, lane: number, passes: number): void {
  const loop = lanes.plans[lane]?.script?.loop
  if (!loop || loop.clientBytes + loop.serverBytes === 0) return
  range.first = read(lanes.loopFrom, lane)
  range.end = read(lanes.end, lane)
  patchSequence(frames, range, passes * loop.clientBytes, passes * loop.serverBytes)
}

/** Where the lane goes from `frame`: into the next pass, to the next frame, or to its end. */
function advance(state: StreamState, lane: number, frame: number): void {
  const { lanes } = state
  const next = frame + 1
  const loopFrames = read(lanes.loopTo, lane) - read(lanes.loopFrom, lane)
  const hasPass = next === lanes.loopTo[lane] && readNumber(lanes.pass, lane) + 1 < readNumber(lanes.passes, lane)
  if (hasPass && !state.isStopping && state.committed + loopFrames <= state.packetsMax) {
    state.committed += loopFrames
    lanes.next[lane] = read(lanes.loopFrom, lane)
    lanes.mustRewind[lane] = 1
  } else if (next === lanes.end[lane]) {
    lanes.next[lane] = IDLE
    if (lanes.isBroken[lane] === 0) lanes.finished[lane] = readNumber(lanes.finished, lane) + 1
  } else lanes.next[lane] = next
}

/** A flow that lost a frame completes no transaction, also when the frame was its last. */
function discount({ lanes }: StreamState, lane: number, byteLength: number): void {
  lanes.packets[lane] = readNumber(lanes.packets, lane) - 1
  lanes.byteLengths[lane] = readNumber(lanes.byteLengths, lane) - byteLength
  if (lanes.isBroken[lane] === 1 || lanes.first[lane] === lanes.end[lane]) return
  lanes.isBroken[lane] = 1
  lanes.broken[lane] = readNumber(lanes.broken, lane) + 1
  if (lanes.next[lane] === IDLE) lanes.finished[lane] = readNumber(lanes.finished, lane) - 1
}

/*
 * A column always holds its lanes and frames; the type checker cannot know. A function for each kind of column: one for
 * both would look up the kind at every read.
 */
const read = (column: Int32Array, index: number): number => column[index] ?? 0
const readNumber = (column: Float64Array, index: number): number => column[index] ?? 0
