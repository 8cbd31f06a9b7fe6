import type { SendQueue } from './frame-queue.ts'
import { lastErrorName, send } from './libc.ts'
import type { NativeMemory } from './native-memory.ts'
import { openXdpSocket, type XdpSocket } from './xdp-socket.ts'

const MSG_DONTWAIT = 0x40
/** EAGAIN: a queue is full, or the kernel has sent as many as it does in one call. */
const passingErrors: ReadonlySet<string> = new Set(['EAGAIN', 'EBUSY'])

export interface XdpSender {
  /** Sends a queue and returns how many of its frames went. Fewer than all: no more will, and the sender is to be closed. */
  readonly send: (queue: SendQueue) => number
  readonly close: () => void
}

export interface XdpSenderOptions {
  readonly interfaceName: string
  readonly queueNumber: number
  readonly memory: NativeMemory
  /** Frames that are sent at once. */
  readonly framesMin: number
  /** How long nothing may go before the sender gives up. */
  readonly busyMillisecondsMax: number
}

/** null: see openXdpSocket. */
export function openXdpSender({ busyMillisecondsMax, ...options }: XdpSenderOptions): XdpSender | null {
  const { interfaceName, queueNumber, memory, framesMin } = options
  const xdp = openXdpSocket(interfaceName, queueNumber, memory, framesMin)
  if (xdp === null) return null
  const call = () => (send(xdp.fd, null, 0, MSG_DONTWAIT) < 0 ? lastErrorName() : null)
  return { send: createSend(xdp, { call, busyMillisecondsMax, clock: () => performance.now() }), close: xdp.close }
}

/** What a send needs of the kernel and of the clock. */
export interface SendParts {
  /** Lets the kernel take what is offered; the name of the error that it ended with. */
  readonly call: () => string | null
  readonly busyMillisecondsMax: number
  /** Milliseconds that only ever grow. */
  readonly clock: () => number
}

/**
 * The kernel says what it took at the end of a call in which a frame went (net/xdp/xsk.c, __xsk_generic_xmit). It takes a
 * frame that the device drops (EBUSY) too, and says so only in the next call: until then, or for as long as nothing goes,
 * its word is behind what it took.
 */
export function createSend(
  { capacity, transmit, completion }: Pick<XdpSocket, 'capacity' | 'transmit' | 'completion'>,
  { call, busyMillisecondsMax, clock }: SendParts,
): XdpSender['send'] {
  const mask = capacity - 1
  /** Descriptors that the kernel has taken, in 32 bits, as it counts. */
  let taken = transmit.words[transmit.consumerAt] ?? 0

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
    let busySince: number | null = null
    for (let at = 0; at < count; ) {
      offer(queue, at, count)
      const error = call()
      completion.words[completion.consumerAt] = completion.words[completion.producerAt] ?? 0
      const dropped = error === 'EBUSY' ? 1 : 0
      const toldMore = ((transmit.words[transmit.consumerAt] ?? 0) - taken) | 0
      const sent = toldMore > 0 ? toldMore - dropped : 0
      taken = (taken + sent + dropped) >>> 0
      at += sent
      if (error !== null && !passingErrors.has(error)) return at
      if (sent > 0) busySince = null
      else if (busySince === null) busySince = clock()
      else if (clock() - busySince > busyMillisecondsMax) return at
    }
    return count
  }
}
