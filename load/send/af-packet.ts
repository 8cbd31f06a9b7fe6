import type { FrameBatch } from './frame-batch.ts'
import { bind, close, interfaceIndex, lastErrorName, recvmmsg, sendmmsg, socket } from './libc.ts'
import { allocateNativeMemory } from './native-memory.ts'
import {
  bypassQueueingDiscipline,
  refuseAllFrames,
  setReceiveBuffer,
  setTimeouts,
  takeStatistics,
} from './socket-option.ts'

/** Values of x86-64 Linux: socket.h, linux/if_ether.h. */
const AF_PACKET = 17
const SOCK_RAW = 3
const SOCK_CLOEXEC = 0o2000000
const ETH_P_ALL = 0x0003
const SOCKADDR_LL_BYTES = 20
const MSG_TRUNC = 0x20
const MSG_DONTWAIT = 0x40
const MSG_WAITFORONE = 0x10000

/** Lives as long as the thread: nothing is collected that the kernel still reads. */
const { view, pointerTo } = allocateNativeMemory(SOCKADDR_LL_BYTES)

/** How long a full send queue may stand still before the rest of a batch counts as refused. */
const SEND_TIMEOUT_MILLISECONDS = 1000

/** Errors of a single frame; after any other the rest of the batch has no better prospects. */
const frameErrors = new Set(['EMSGSIZE', 'ENOBUFS', 'EINVAL'])

/** The interface is down or does not exist any more. */
export const interfaceGoneErrors: ReadonlySet<string> = new Set(['ENETDOWN', 'ENXIO', 'ENODEV'])

export interface PacketSocketOptions {
  readonly interfaceName: string
  /** A socket that only sends is handed no frames, which spares the kernel the copies. @default false */
  readonly sendOnly?: boolean
  /** What a busy reader may fall behind; the kernel counts its own overhead too. @default the system's own, about 200 KiB */
  readonly receiveBufferBytes?: number
  /** How long a receive waits for a first frame. @default 20 */
  readonly receiveTimeoutMilliseconds?: number
}

/** Totals since the socket was opened. `packets` includes `drops` (net/packet/af_packet.c, packet_getsockopt). */
export interface PacketStatistics {
  readonly packets: number
  readonly drops: number
}

export interface SendResult {
  readonly frames: number
  readonly bytes: number
  /** Frames longer than the interface's MTU allows. */
  readonly tooLong: number
  /** Frames the kernel did not take for another reason. */
  readonly refused: number
  /** Name of the last such reason, such as ENOBUFS. */
  readonly refusedFor: string | null
}

export interface PacketSocket {
  /** Fills the batch and returns the count, 0 when nothing came in time. `'at-once'` does not wait at all. */
  readonly receive: (batch: FrameBatch, wait?: 'for-one' | 'at-once') => number
  /** Sends what is queued in the batch, in order, and empties the queue. Waits while the send queue is full. */
  readonly send: (batch: FrameBatch) => SendResult
  /** From now on no new frame is queued for us; those already queued can still be received. */
  readonly stopReceiving: () => void
  readonly statistics: () => PacketStatistics
  readonly close: () => void
}

/** Nothing more will come from this socket: its interface went down or was removed. */
export class InterfaceGone extends Error {
  override readonly name = 'InterfaceGone'
}

/** Opens a raw packet socket on one interface of this process's network namespace. Needs CAP_NET_RAW and CAP_NET_ADMIN. */
export function openPacketSocket(options: PacketSocketOptions): PacketSocket {
  const { interfaceName } = options
  const fd = openFileDescriptor(options)
  let statistics: PacketStatistics = { packets: 0, drops: 0 }
  return {
    receive: (batch, wait = 'for-one') => receive(fd, interfaceName, batch, wait === 'at-once' ? MSG_DONTWAIT : 0),
    send: (batch) => send(fd, batch),
    stopReceiving: () => refuseAllFrames(fd),
    statistics: () => {
      const since = takeStatistics(fd)
      statistics = { packets: statistics.packets + since.packets, drops: statistics.drops + since.drops }
      return statistics
    },
    close: () => void close(fd),
  }
}

/** The file descriptor of a socket that only sends, for a sender that wants to know of every single frame. */
export const openSendSocket = (interfaceName: string): number => openFileDescriptor({ interfaceName, sendOnly: true })

function openFileDescriptor(options: PacketSocketOptions): number {
  const { interfaceName, sendOnly = false, receiveBufferBytes, receiveTimeoutMilliseconds = 20 } = options
  const index = interfaceIndex(interfaceName)
  if (index === 0) {
    throw new InterfaceGone(`there is no interface "${interfaceName}" in this network namespace; see \`ip link\``)
  }
  // Protocol 0: until it is bound, a socket for all protocols would be handed the frames of every interface.
  const fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)
  if (fd < 0) throw new Error(`cannot open a packet socket: ${lastErrorName()}; this needs root or CAP_NET_RAW`)
  try {
    setTimeouts(fd, receiveTimeoutMilliseconds, SEND_TIMEOUT_MILLISECONDS)
    bypassQueueingDiscipline(fd)
    if (receiveBufferBytes !== undefined) setReceiveBuffer(fd, receiveBufferBytes)
    bindToInterface(fd, index, sendOnly ? 0 : ETH_P_ALL)
    return fd
  } catch (error) {
    close(fd)
    throw error
  }
}

function bindToInterface(fd: number, index: number, protocol: number): void {
  view.setUint16(0, AF_PACKET, true)
  view.setUint16(2, protocol)
  view.setInt32(4, index, true)
  if (bind(fd, pointerTo(0), SOCKADDR_LL_BYTES) < 0) {
    throw new Error(`cannot bind a packet socket to interface ${index}: ${lastErrorName()}`)
  }
}

function receive(fd: number, interfaceName: string, batch: FrameBatch, flags: number): number {
  const { received, capacity } = batch
  for (let index = 0; index < capacity; index++) received.wantAddress(index)
  // WAITFORONE: without it recvmmsg waits until the batch is full. TRUNC: lengths are those of the wire.
  const count = recvmmsg(fd, received.pointerTo(0), capacity, flags | MSG_WAITFORONE | MSG_TRUNC, null)
  if (count >= 0) return count
  const error = lastErrorName()
  if (error === 'EAGAIN' || error === 'EINTR') return 0
  if (interfaceGoneErrors.has(error)) {
    throw new InterfaceGone(
      `interface "${interfaceName}" went down or was removed (${error}); start again when it is up`,
    )
  }
  throw new Error(`cannot receive from interface "${interfaceName}": ${error}`)
}

function send(fd: number, batch: FrameBatch): SendResult {
  const { queued } = batch
  const count = batch.queuedFrames()
  const result = { frames: 0, bytes: 0, tooLong: 0, refused: 0, refusedFor: null as string | null }
  for (let at = 0; at < count; ) {
    const sent = sendmmsg(fd, queued.pointerTo(at), count - at, 0)
    for (let index = at; index < at + sent; index++) result.bytes += queued.bufferBytes(index)
    if (sent > 0) {
      result.frames += sent
      at += sent
      continue
    }
    const error = lastErrorName()
    if (error === 'EINTR') continue
    const lost = frameErrors.has(error) ? 1 : count - at
    if (error === 'EMSGSIZE') result.tooLong += lost
    else {
      result.refused += lost
      result.refusedFor = error
    }
    at += lost
  }
  batch.clearQueue()
  return result
}
