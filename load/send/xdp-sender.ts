import type { SendQueue } from './frame-queue.ts'
import { lastErrorName, send } from './libc.ts'
import type { NativeMemory } from './native-memory.ts'
import { openXdpSocket, type XdpSocket } from './xdp-socket.ts'

const MSG_DONTWAIT = 0x40
/** EAGAIN: a queue is full, or the kernel has sent as many as it does in one call. */
const passingErrors: ReadonlySet<string> = new Set(['EAGAIN', 'EBUSY'])
const BUSY_MILLISECONDS_MAX = 1000

export interface XdpSender {
  /** Sends a queue and returns how many of its frames went. Fewer than all: no more will, and the sender is to be closed. */
  readonly send: (queue: SendQueue) => number
  readonly close: () => void
}

/** null: see openXdpSocket. */
export function openXdpSender(
  interfaceName: string,
  queueNumber: number,
  memory: NativeMemory,
  framesMin: number,
): XdpSender | null {
  const xdp = openXdpSocket(interfaceName, queueNumber, memory, framesMin)
  return xdp === null ? null : { send: createSend(xdp), close: xdp.close }
}

function createSend({ fd, capacity, transmit, completion }: XdpSocket): XdpSender['send'] {
  const mask = capacity - 1
  /** Descriptors that the kernel has taken, and what it last said of that; both in 32 bits, as it counts. */
  let taken = 0
  let told = 0

  /** Frames `at` and on become what the kernel takes next, also in place of what it did not take the last time. */
  const offer = (queue: SendQueue, at: number, count: number) => {
    const { words, descriptorsAt, producerAt } = transmit
    let slot = taken
    for (let index = at; index < count; index++, slot++) {
      const word = descriptorsAt + (slot & mask) * 4
      words[word] = queue.offset(index)
      words[word + 2] = queue.byteLength(index)
    }
    words[producerAt] = slot
  }

  return (queue) => {
    const count = queue.count()
    let busySince = 0
    for (let at = 0; at < count; ) {
      offer(queue, at, count)
      const error = send(fd, null, 0, MSG_DONTWAIT) < 0 ? lastErrorName() : null
      completion.words[completion.consumerAt] = completion.words[completion.producerAt] ?? 0
      const before = taken
      const tells = transmit.words[transmit.consumerAt] ?? 0
      // EBUSY: the last frame it took was dropped. A call that sends nothing does not tell, not even that.
      if (tells !== told) taken = told = tells
      else if (error === 'EBUSY') taken = (taken + 1) >>> 0
      const sent = ((taken - before) | 0) - (error === 'EBUSY' ? 1 : 0)
      at += sent
      if (error !== null && !passingErrors.has(error)) return at
      if (sent > 0) busySince = 0
      else if (busySince === 0) busySince = performance.now()
      else if (performance.now() - busySince > BUSY_MILLISECONDS_MAX) return at
    }
    return count
  }
}
