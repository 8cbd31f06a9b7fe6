import { ETHERNET_BYTES } from '../packet/ethernet.ts'
import type { SendQueue } from './frame-queue.ts'
import type { FrameSink, SendMeans } from './frame-sink.ts'
import { interfaceDriver, interfaceMtu } from './interface-request.ts'
import type { MessageVector } from './message-vector.ts'
import type { NativeMemory } from './native-memory.ts'
import { openPacketSink } from './packet-sink.ts'
import { openXdpSender } from './xdp-sender.ts'
import { XDP_FRAME_BYTES_MAX } from './xdp-socket.ts'

export interface InterfaceSinkOptions {
  readonly interfaceName: string
  /** The interface's transmit queue that this worker asks for; no two can share one. */
  readonly queueNumber: number
  /** What queued frames lie in, and a vector for as many as are sent at once. */
  readonly memory: NativeMemory
  readonly messages: MessageVector
  /** How long AF_XDP may send nothing before a packet socket takes over. @default 1000 */
  readonly busyMillisecondsMax?: number
}

/**
 * These are given the frame where it lies, also by a socket that asks for copies (net/xdp/xsk.c, IFF_TX_SKB_NO_LINEAR): what
 * is patched for the next batch would change frames that are still on their way.
 */
const driversWithoutCopy: ReadonlySet<string | null> = new Set(['virtio_net'])

/**
 * Raw frames onto an interface, by AF_XDP where it can be had: the kernel spends a third less on each. A packet socket
 * takes over where it cannot, and for batches with frames that AF_XDP does not carry or would lose without a word.
 */
export function openInterfaceSink(options: InterfaceSinkOptions): FrameSink {
  const { interfaceName, queueNumber, memory, messages, busyMillisecondsMax = 1000 } = options
  const frameBytesMax = Math.min(XDP_FRAME_BYTES_MAX, interfaceMtu(interfaceName) + ETHERNET_BYTES)
  const packets = openPacketSink(interfaceName, messages)
  const framesMin = messages.capacity
  let xdp = driversWithoutCopy.has(interfaceDriver(interfaceName))
    ? null
    : openXdpSender({ interfaceName, queueNumber, memory, framesMin, busyMillisecondsMax })
  let means: SendMeans = xdp === null ? 'af-packet' : 'af-xdp'
  const closeXdp = () => {
    xdp?.close()
    xdp = null
  }
  return {
    send: (queue, onRefused) => {
      let sent = 0
      if (xdp !== null && fits(queue, frameBytesMax)) {
        sent = xdp.send(queue)
        if (sent === queue.count()) return
        closeXdp()
      }
      means = 'af-packet'
      packets.send(queue, onRefused, sent)
    },
    means: () => means,
    close: () => {
      closeXdp()
      packets.close()
    },
  }
}

function fits(queue: SendQueue, frameBytesMax: number): boolean {
  for (let index = 0; index < queue.count(); index++) {
    const byteLength = queue.byteLength(index)
    if (byteLength < ETHERNET_BYTES || byteLength > frameBytesMax) return false
  }
  return true
}
