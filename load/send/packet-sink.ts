import { interfaceGoneErrors, openSendSocket } from './af-packet.ts'
import type { FrameSink } from './frame-sink.ts'
import { SinkGone } from './frame-sink.ts'
import { close, lastErrorName, sendmmsg } from './libc.ts'

/** The driver's queue is full; it empties by itself. */
const busyErrors: ReadonlySet<string> = new Set(['ENOBUFS', 'EAGAIN', 'EINTR'])
const BUSY_MILLISECONDS_MAX = 1000

/** Raw frames onto an interface. A full queue is waited for, so that refused frames are a fault and no overload. */
export function openPacketSink(interfaceName: string): FrameSink {
  const fd = openSendSocket(interfaceName)
  return {
    send: (queue, onRefused) => {
      const count = queue.count()
      let busySince = 0
      for (let at = 0; at < count; ) {
        const sent = sendmmsg(fd, queue.messages.pointerTo(at), count - at, 0)
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
    close: () => void close(fd),
  }
}
