import { ETHERNET_BYTES } from '../packet/ethernet.ts'
import type { SendQueue } from './frame-queue.ts'
import type { FrameSink } from './frame-sink.ts'
import { interfaceMtu } from './interface-mtu.ts'
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
}

/**
 * Raw frames onto an interface, by AF_XDP where it can be had: the kernel spends a third less on each. A packet socket
 * takes over where it cannot, and for batches with frames that AF_XDP does not carry or would lose without a word.
 */
export function openInterfaceSink({ interfaceName, queueNumber, memory, messages }: InterfaceSinkOptions): FrameSink {
  const packets = openPacketSink(interfaceName, messages)
  const frameBytesMax = Math.min(XDP_FRAME_BYTES_MAX, interfaceMtu(interfaceName) + ETHERNET_BYTES)
  let xdp = openXdpSender(interfaceName, queueNumber, memory, messages.capacity)
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
      packets.send(queue, onRefused, sent)
    },
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
