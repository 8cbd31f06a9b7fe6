import { bind, close, getsockopt, interfaceIndex, mapMemory, setsockopt, socket } from './libc.ts'
import { allocateNativeMemory, type NativeMemory } from './native-memory.ts'

/*
 * AF_XDP (Documentation/networking/af_xdp.rst, linux/if_xdp.h). The kernel takes frames from memory that was registered
 * once, by descriptors in a ring that it shares with us, and gives each back in a ring of completions: no message headers
 * to read for every frame, and none of an AF_PACKET socket's parsing.
 *
 *   xdp_umem_reg  0 addr  8 len  16 chunk_size  20 headroom  24 flags  28 tx_metadata_len   (32 bytes)
 *   sockaddr_xdp  0 family (2)  2 flags (2)  4 ifindex  8 queue_id  12 shared_umem_fd         (16 bytes)
 *   mmap_offsets  rx, tx, fill, completion, each 0 producer  8 consumer  16 desc  24 flags   (4 × 32 bytes)
 *   xdp_desc      0 addr (8)  8 len  12 options                                              (16 bytes)
 */
const AF_XDP = 44
const SOCK_RAW = 3
const SOCK_CLOEXEC = 0o2000000
const SOL_XDP = 283
const options = {
  mmapOffsets: 1,
  transmitRing: 3,
  memory: 4,
  fillRing: 5,
  completionRing: 6,
  framesPerCall: 9,
} as const
const TRANSMIT_RING_PAGE = 0x8000_0000
const COMPLETION_RING_PAGE = 0x1_8000_0000
const UNALIGNED_CHUNKS = 1
const XDP_COPY = 2
const MMAP_OFFSETS_BYTES = 128
/** The fewest that the kernel can be told to send in one call (net/xdp/xsk.c, TX_BATCH_SIZE). */
const FRAMES_PER_CALL_MIN = 32
const LITTLE_ENDIAN = true

/** Arguments of calls. They live as long as the thread, so nothing is collected that the kernel still reads. */
const [argument, offsets] = [allocateNativeMemory(MMAP_OFFSETS_BYTES), allocateNativeMemory(MMAP_OFFSETS_BYTES)]

/** Longest frame, wherever it begins in the memory: a chunk, which may be a page. */
export const XDP_FRAME_BYTES_MAX = 4096

/** 32-bit words, and the places in them. */
export interface XdpRing {
  readonly words: Uint32Array
  readonly producerAt: number
  readonly consumerAt: number
  /** Of the first descriptor: four words each, of which the second and the last stay 0. */
  readonly descriptorsAt: number
  readonly unmap: () => void
}

export interface XdpSocket {
  readonly fd: number
  /** Frames that both rings hold, a power of two. */
  readonly capacity: number
  readonly transmit: XdpRing
  readonly completion: XdpRing
  readonly close: () => void
}

/**
 * A socket that sends frames out of `memory` by one queue of an interface, at least `framesMin` at once. null: it cannot be
 * had, because the kernel is older than 6.17 or lacks it, or the interface has no such queue or has it in use.
 */
export function openXdpSocket(
  interfaceName: string,
  queue: number,
  memory: NativeMemory,
  framesMin: number,
): XdpSocket | null {
  const fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0)
  if (fd < 0) return null
  const capacity = 2 ** Math.ceil(Math.log2(Math.max(framesMin, FRAMES_PER_CALL_MIN)))
  const rings = prepare(fd, memory, capacity)
  if (rings !== null && bindToQueue(fd, interfaceIndex(interfaceName), queue)) {
    return { fd, capacity, ...rings, close: () => closeAll(fd, Object.values(rings)) }
  }
  closeAll(fd, rings === null ? [] : Object.values(rings))
  return null
}

function closeAll(fd: number, rings: readonly XdpRing[]): void {
  for (const ring of rings) ring.unmap()
  close(fd)
}

function prepare(fd: number, memory: NativeMemory, capacity: number) {
  const { view } = argument
  const set = (name: number, byteLength: number) =>
    setsockopt(fd, SOL_XDP, name, argument.pointerTo(0), byteLength) === 0
  view.setBigUint64(0, memory.pointerTo(0), LITTLE_ENDIAN)
  view.setUint32(8, memory.bytes.byteLength, LITTLE_ENDIAN)
  view.setUint32(16, XDP_FRAME_BYTES_MAX, LITTLE_ENDIAN)
  view.setUint32(24, UNALIGNED_CHUNKS, LITTLE_ENDIAN)
  if (!set(options.memory, 32)) return null
  view.setUint32(0, capacity, LITTLE_ENDIAN)
  const { fillRing, completionRing, transmitRing, framesPerCall } = options
  // A socket that receives nothing needs a fill ring too, or it cannot be bound.
  if (!set(fillRing, 4) || !set(completionRing, 4) || !set(transmitRing, 4)) return null
  // Before 6.17 the kernel has no such option and does not say after each call what it took: after an outage nobody could
  // tell what was sent.
  if (!set(framesPerCall, 4)) return null
  view.setUint32(0, MMAP_OFFSETS_BYTES, LITTLE_ENDIAN)
  if (getsockopt(fd, SOL_XDP, options.mmapOffsets, offsets.pointerTo(0), argument.pointerTo(0)) < 0) return null
  const transmit = mapRing(fd, TRANSMIT_RING_PAGE, 32, capacity * 16)
  if (transmit === null) return null
  const completion = mapRing(fd, COMPLETION_RING_PAGE, 96, capacity * 8)
  if (completion !== null) return { transmit, completion }
  transmit.unmap()
  return null
}

/** @param at of the ring's own offsets among all that the kernel told */
function mapRing(fd: number, page: number, at: number, descriptorBytes: number): XdpRing | null {
  const offset = (field: number) => offsets.view.getUint32(at + field, LITTLE_ENDIAN)
  const map = mapMemory(fd, page, offset(16) + descriptorBytes)
  if (map === null) return null
  return {
    words: new Uint32Array(map.buffer),
    producerAt: offset(0) / 4,
    consumerAt: offset(8) / 4,
    descriptorsAt: offset(16) / 4,
    unmap: map.unmap,
  }
}

/** Copying into frames of the kernel's own needs neither the driver's help nor a program on the interface. */
function bindToQueue(fd: number, interfaceIndex: number, queue: number): boolean {
  const { view, pointerTo } = argument
  view.setUint16(0, AF_XDP, LITTLE_ENDIAN)
  view.setUint16(2, XDP_COPY, LITTLE_ENDIAN)
  view.setUint32(4, interfaceIndex, LITTLE_ENDIAN)
  view.setUint32(8, queue, LITTLE_ENDIAN)
  view.setUint32(12, 0, LITTLE_ENDIAN)
  return bind(fd, pointerTo(0), 16) === 0
}
