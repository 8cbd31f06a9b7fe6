import { interfaceGoneErrors, type PacketSocket } from '../../../load/send/af-packet.ts'
import type { FrameBatch } from '../../../load/send/frame-batch.ts'
import { type Mirror, OUTER_BYTES, REJECTED, TOO_LONG } from './mirror.ts'
import type { MirrorReport } from './mirror-report.ts'

export interface MirrorLoopParts {
  readonly capture: PacketSocket
  readonly sender: PacketSocket
  /** With OUTER_BYTES of headroom, shared by both sockets: a frame is sent from where it was received. */
  readonly batch: FrameBatch
  readonly mirror: Mirror
}

export interface MirrorLoop {
  /** Runs until `stop` or until an interface is gone, then sends what was captured by then; rejects in the second case. */
  readonly done: Promise<void>
  readonly stop: () => void
  readonly report: () => MirrorReport
}

/**
 * Receive, encapsulate, send, batch by batch. A foreign call blocks the event loop, but never for longer than the
 * capture's receive timeout, and every turn gives way to signals and messages before the next.
 */
export function startMirrorLoop(parts: MirrorLoopParts): MirrorLoop {
  const { capture, sender, batch } = parts
  const counts = { received: 0, mirrored: 0, mirroredBytes: 0, rejected: 0, tooLong: 0, sendFailed: 0 }
  let stopping = false

  const turn = (wait: 'for-one' | 'at-once'): number => {
    const received = capture.receive(batch, wait)
    counts.received += received
    queueOuterFrames(parts, received, counts)
    const sent = sender.send(batch)
    counts.mirrored += sent.frames
    counts.mirroredBytes += sent.bytes
    counts.tooLong += sent.tooLong
    counts.sendFailed += sent.refused
    if (sent.refusedFor !== null && interfaceGoneErrors.has(sent.refusedFor)) {
      throw new Error(`the mirror interface went down or was removed (${sent.refusedFor}); start again when it is up`)
    }
    return received
  }

  const run = async () => {
    try {
      while (!stopping) {
        turn('for-one')
        await new Promise((resolve) => setImmediate(resolve))
      }
    } finally {
      capture.stopReceiving()
      while (turn('at-once') > 0);
    }
  }

  return {
    done: run(),
    stop: () => {
      stopping = true
    },
    report: () => ({
      received: counts.received,
      mirrored: counts.mirrored,
      mirroredBytes: counts.mirroredBytes,
      rejected: counts.rejected,
      skipped: {
        'kernel-drops': capture.statistics().drops,
        'too-long': counts.tooLong,
        'send-failed': counts.sendFailed,
      },
    }),
  }
}

function queueOuterFrames(
  { batch, mirror }: MirrorLoopParts,
  received: number,
  counts: { rejected: number; tooLong: number },
): void {
  for (let index = 0; index < received; index++) {
    const direction = batch.direction(index)
    const frameBytes = batch.receivedBytes(index)
    const offset = batch.frameOffset(index)
    if (direction === 'other-host') counts.rejected++
    else if (frameBytes > batch.frameBytes) counts.tooLong++
    else {
      const outerBytes = mirror(batch.view, offset, frameBytes, direction)
      if (outerBytes === REJECTED) counts.rejected++
      else if (outerBytes === TOO_LONG) counts.tooLong++
      else batch.queue(offset - OUTER_BYTES, outerBytes)
    }
  }
}
