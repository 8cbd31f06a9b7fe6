import { getsockopt, lastErrorName, setsockopt } from './libc.ts'
import { allocateNativeMemory } from './native-memory.ts'

/** Values of x86-64 Linux: asm-generic/socket.h, linux/if_packet.h, linux/filter.h. */
const SOL_SOCKET = 1
const SOL_PACKET = 263
const SO_RCVTIMEO = 20
const SO_SNDTIMEO = 21
const SO_ATTACH_FILTER = 26
const SO_RCVBUFFORCE = 33
const PACKET_STATISTICS = 6
const PACKET_QDISC_BYPASS = 20
const BPF_RETURN_CONSTANT = 0x06
const LITTLE_ENDIAN = true

const memory = allocateNativeMemory(64)

/** Beyond net.core.rmem_max, which needs CAP_NET_ADMIN. */
export function setReceiveBuffer(fd: number, byteLength: number): void {
  setInteger(fd, SOL_SOCKET, SO_RCVBUFFORCE, byteLength, 'receive buffer')
}

export function setTimeouts(fd: number, receiveMilliseconds: number, sendMilliseconds: number): void {
  setTime(fd, SO_RCVTIMEO, receiveMilliseconds, 'receive timeout')
  setTime(fd, SO_SNDTIMEO, sendMilliseconds, 'send timeout')
}

/** Hands frames straight to the driver. Captures on the sending interface do not see such frames; its peer does. */
export function bypassQueueingDiscipline(fd: number): void {
  setInteger(fd, SOL_PACKET, PACKET_QDISC_BYPASS, 1, 'queueing discipline bypass')
}

/** A filter that takes nothing. Frames it turns away count neither as packets nor as drops. */
export function refuseAllFrames(fd: number): void {
  // sock_fprog: 0 len, 8 filter. sock_filter: code, jt, jf, k; `k` bytes of the frame are taken, so 0 is none.
  memory.view.setUint16(0, 1, LITTLE_ENDIAN)
  memory.storePointer(8, 16)
  memory.view.setUint16(16, BPF_RETURN_CONSTANT, LITTLE_ENDIAN)
  memory.view.setUint16(18, 0, LITTLE_ENDIAN)
  memory.view.setUint32(20, 0, LITTLE_ENDIAN)
  set(fd, SOL_SOCKET, SO_ATTACH_FILTER, 16, 'filter')
}

/** Counts since the last call: the kernel sets them to 0 when it is asked. */
export function takeStatistics(fd: number): { readonly packets: number; readonly drops: number } {
  memory.view.setUint32(8, 8, LITTLE_ENDIAN)
  if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, memory.pointerTo(0), memory.pointerTo(8)) < 0) {
    throw new Error(`cannot read the packet socket's statistics: ${lastErrorName()}`)
  }
  return { packets: memory.view.getUint32(0, LITTLE_ENDIAN), drops: memory.view.getUint32(4, LITTLE_ENDIAN) }
}

function setInteger(fd: number, level: number, name: number, value: number, what: string): void {
  memory.view.setInt32(0, value, LITTLE_ENDIAN)
  set(fd, level, name, 4, what)
}

function setTime(fd: number, name: number, milliseconds: number, what: string): void {
  memory.view.setBigInt64(0, BigInt(Math.floor(milliseconds / 1000)), LITTLE_ENDIAN)
  memory.view.setBigInt64(8, BigInt((milliseconds % 1000) * 1000), LITTLE_ENDIAN)
  set(fd, SOL_SOCKET, name, 16, what)
}

function set(fd: number, level: number, name: number, byteLength: number, what: string): void {
  if (setsockopt(fd, level, name, memory.pointerTo(0), byteLength) < 0) {
    throw new Error(`cannot set the packet socket's ${what}: ${lastErrorName()}; this needs CAP_NET_ADMIN`)
  }
}
