import { EXHAUSTED, type PacketStream, SEND_FIRST } from '../flow/packet-stream.ts'
import type { SendQueue } from './frame-queue.ts'
import { type FrameSink, SinkGone } from './frame-sink.ts'
import type { Pace } from './pace.ts'
import type { WorkerControl } from './run-control.ts'

export interface SendLoopParts {
  readonly stream: PacketStream
  readonly queue: SendQueue
  readonly sink: FrameSink
  readonly pace: Pace
  /** What the pace counts. */
  readonly unit: 'packets' | 'bits'
  readonly control: WorkerControl
  /** Milliseconds that only ever grow. */
  readonly clock: () => number
  /** When no new flow may begin. */
  readonly deadline: number
}

export interface SendLoopResult {
  readonly packets: number
  readonly bytes: number
  readonly refused: number
  /** Name of the last error, such as EMSGSIZE. */
  readonly refusedFor: string | null
  readonly startedAt: number
  readonly endedAt: number
  readonly stoppedBy: 'packets' | 'seconds' | 'signal' | 'failure'
  /** Why the sink is gone. */
  readonly failure: string | null
}

/** Flows under way may go on for so long after the deadline or Ctrl-C; then they are cut off. */
const FINISH_MILLISECONDS_MAX = 5000
/** A timer of the kernel is late by about this much; the rest of a wait is spent spinning. */
const TIMER_LATENESS_MILLISECONDS = 0.1

/** Fills the queue, waits for its time, sends it; until the stream is exhausted. Blocks its thread. */
export function runSendLoop(parts: SendLoopParts): SendLoopResult {
  const { stream, queue, sink, pace, unit, control, clock, deadline } = parts
  const counts = { packets: 0, bytes: 0, refused: 0, refusedFor: null as string | null }
  let stoppedBy: SendLoopResult['stoppedBy'] = 'packets'
  let failure: string | null = null
  let finishBy = Number.POSITIVE_INFINITY
  const onRefused = (index: number, reason: string) => {
    stream.discount(queue.lane(index), queue.byteLength(index))
    counts.refused++
    counts.refusedFor = reason
    counts.packets--
    counts.bytes -= queue.byteLength(index)
  }
  const startedAt = clock()
  let now = startedAt

  for (;;) {
    if (stoppedBy === 'packets' && (now >= deadline || control.isStopped())) {
      stoppedBy = control.isStopped() ? 'signal' : 'seconds'
      stream.stop()
      finishBy = now + FINISH_MILLISECONDS_MAX
    }
    if (now >= finishBy) break
    const wait = pace.wait(now)
    if (wait > 0) {
      pause(control, wait, Math.min(deadline, finishBy) - now)
      now = clock()
      continue
    }
    const { bytes, isExhausted } = fill(stream, queue, unit, pace.burst)
    const packets = queue.count()
    if (packets === 0 && isExhausted) break
    counts.packets += packets
    counts.bytes += bytes
    try {
      sink.send(queue, onRefused)
    } catch (error) {
      if (!(error instanceof SinkGone)) throw error
      failure = error.message
      stoppedBy = 'failure'
      break
    }
    queue.clear()
    pace.sent(unit === 'packets' ? packets : bytes * 8, now)
    control.publish(counts.packets, counts.bytes)
    now = clock()
  }
  return { ...counts, startedAt, endedAt: clock(), stoppedBy, failure }
}

/** Short waits spin: the shortest sleep is longer than they are. After a stop is ordered, a sleep returns at once. */
function pause(control: WorkerControl, wait: number, most: number): void {
  const sleep = Math.min(wait, most) - TIMER_LATENESS_MILLISECONDS
  if (sleep > 0 && !control.isStopped()) control.sleep(sleep)
}

function fill(
  stream: PacketStream,
  queue: SendQueue,
  unit: 'packets' | 'bits',
  burst: number,
): { readonly bytes: number; readonly isExhausted: boolean } {
  let bytes = 0
  let units = 0
  while (queue.count() < queue.capacity && units < burst) {
    const queued = stream.queueNext(queue)
    if (queued === EXHAUSTED) return { bytes, isExhausted: true }
    if (queued === SEND_FIRST) break
    bytes += queued
    units += unit === 'packets' ? 1 : queued * 8
  }
  return { bytes, isExhausted: false }
}
