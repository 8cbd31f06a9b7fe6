import { interfaceGoneErrors, openSendSocket } from './af-packet.ts'
import type { SendQueue } from './frame-queue.ts'
import { type FrameSink, type OnRefused, SinkGone } from './frame-sink.ts'
import { close, lastErrorName, sendmmsg } from './libc.ts'
import type { MessageVector } from './message-vector.ts'

/** The driver's queue is full; it empties by itself. */
const busyErrors: ReadonlySet<string> = new Set(['ENOBUFS', 'EAGAIN', 'EINTR'])
const BUSY_MILLISECONDS_MAX = 1000

export interface PacketSink extends FrameSink {
  /** @param from place of the first frame that is to be sent. @default 0 */
  readonly send: (queue: SendQueue, onRefused: OnRefused, from?: number) => void
}

/** Raw frames onto an interface. A full queue is waited for, so that refused frames are a fault and no overload. */
export function openPacketSink(interfaceName: string, messages: MessageVector): PacketSink {
  const fd = openSendSocket(interfaceName)
  return {
    send: (queue, onRefused, from = 0) => {
      const count = queue.count()
      for (let index = 0; index < count; index++)
        messages.setBuffer(index, queue.offset(index), queue.byteLength(index))
      let busySince = 0
      for (let at = from; at < count; ) {
        const sent = sendmmsg(fd, messages.pointerTo(at), count - at, 0)
        if (sent > 0) {
          at += sent
          busySince = 0
          continue
        }
        const error = lastErrorName()
        if (interfaceGoneErrors.has(error)) {
          for (; at < count; at++) onRefused(at, error)
          throw new SinkGone(
            `interface "${interfaceName}" went down or was removed (${error}); start again when it is up`,
          )
        }
        if (busySince === 0) busySince = performance.now()
        if (busyErrors.has(error) && performance.now() - busySince < BUSY_MILLISECONDS_MAX) continue
        onRefused(at++, error)
      }
    },
    means: () => 'af-packet',
    close: () => void close(fd),
  }
}
