import type { FrameMemory } from '../flow/frame-table.ts'
import { ipv4Address } from '../packet/address.ts'
import { ETHERNET_BYTES } from '../packet/ethernet.ts'
import { IPV4_BYTES } from '../packet/ipv4.ts'
import { UDP_BYTES } from '../packet/udp.ts'
import type { FrameSink } from './frame-sink.ts'
import { bind, close, connect, lastErrorName, sendmmsg, socket } from './libc.ts'
import type { MessageVector } from './message-vector.ts'
import { allocateNativeMemory, type NativeMemory } from './native-memory.ts'

/** The outer headers that the kernel writes instead of us. */
const KERNEL_HEADER_BYTES = ETHERNET_BYTES + IPV4_BYTES + UDP_BYTES

const SOURCE_PORT_AT = ETHERNET_BYTES + IPV4_BYTES
const AF_INET = 2
const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2000000
const SOCKADDR_IN_BYTES = 16
/** Live as long as the thread: nothing is collected that the kernel still reads. */
const [here, there] = [allocateNativeMemory(SOCKADDR_IN_BYTES), allocateNativeMemory(SOCKADDR_IN_BYTES)]
const RETRIES_MAX = 1000
/** Nobody listened to an earlier datagram, or a queue was full: the datagram at hand was not sent yet. */
const passingErrors: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOBUFS', 'EAGAIN', 'EINTR'])
/** One socket for each outer port; wider ranges share. */
const SOCKETS_MAX = 256

/**
 * UDP datagrams to an address. What is lost against an interface: all sources have this host's address, and a range of
 * more than 256 outer ports is folded into 256. A flow keeps its port, so balancing by five-tuple is still exercised.
 */
export function openUdpSink(
  address: string,
  port: number,
  { memory, messages }: { readonly memory: FrameMemory; readonly messages: MessageVector },
): FrameSink {
  const sockets = new Map<number, number>()
  const socketFor = (sourcePort: number): number => {
    const bucket =
      sockets.has(sourcePort) || sockets.size < SOCKETS_MAX
        ? sourcePort
        : 65536 - SOCKETS_MAX + (sourcePort % SOCKETS_MAX)
    const open = sockets.get(bucket) ?? openSocket(bucket, address, port)
    sockets.set(bucket, open)
    return open
  }
  return {
    send: (queue, onRefused) => {
      const count = queue.count()
      let retries = 0
      for (let at = 0; at < count; ) {
        const fd = socketFor(memory.view.getUint16(queue.offset(at) + SOURCE_PORT_AT))
        messages.setBuffer(0, queue.offset(at) + KERNEL_HEADER_BYTES, queue.byteLength(at) - KERNEL_HEADER_BYTES)
        const sent = sendmmsg(fd, messages.pointerTo(0), 1, 0)
        if (sent === 1) {
          at++
          retries = 0
          continue
        }
        const error = lastErrorName()
        if (passingErrors.has(error) && retries++ < RETRIES_MAX) continue
        onRefused(at++, error)
      }
    },
    means: () => 'udp',
    close: () => {
      for (const fd of sockets.values()) close(fd)
    },
  }
}

function openSocket(sourcePort: number, address: string, port: number): number {
  const fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)
  setSocketAddress(here, 0, sourcePort)
  setSocketAddress(there, ipv4Address(address), port)
  const isOpen =
    fd >= 0 &&
    bind(fd, here.pointerTo(0), SOCKADDR_IN_BYTES) === 0 &&
    connect(fd, there.pointerTo(0), SOCKADDR_IN_BYTES) === 0
  if (isOpen) return fd
  const error = lastErrorName()
  if (fd >= 0) close(fd)
  throw new Error(`cannot send from UDP port ${sourcePort} to ${address}:${port}: ${error}; choose other --outer-ports`)
}

/** sockaddr_in: 0 sin_family (host order), 2 sin_port, 4 sin_addr (network order). */
function setSocketAddress({ view }: NativeMemory, address: number, port: number): void {
  view.setUint16(0, AF_INET, true)
  view.setUint16(2, port)
  view.setUint32(4, address)
}
