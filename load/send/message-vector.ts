import type { Pointer } from './libc.ts'
import type { NativeMemory } from './native-memory.ts'

/*
 * The argument of recvmmsg(2) and sendmmsg(2): messages of one buffer each. Layouts of 64-bit Linux, little endian
 * (struct_iovec.h, socket.h, linux/if_packet.h), offsets in bytes:
 *
 *   mmsghdr      0 msg_name   8 msg_namelen   16 msg_iov   24 msg_iovlen   32 msg_control   40 msg_controllen
 *               48 msg_flags  56 msg_len      (64 bytes)
 *   iovec        0 iov_base   8 iov_len       (16 bytes)
 *   sockaddr_ll  0 sll_family 2 sll_protocol  4 sll_ifindex  8 sll_hatype  10 sll_pkttype  11 sll_halen  12 sll_addr
 *               (20 bytes)
 *
 *   one vector:  | mmsghdr × capacity | iovec × capacity | sockaddr_ll × capacity |
 */
const MMSGHDR_BYTES = 64
const IOVEC_BYTES = 16
const SOCKADDR_LL_BYTES = 20
/** Padded, so that what follows the vector stays aligned to 8. */
const SOCKADDR_LL_STRIDE = 24
const LITTLE_ENDIAN = true

/** Memory that a vector of so many messages takes. */
export function messageVectorBytes(capacity: number): number {
  return capacity * (MMSGHDR_BYTES + IOVEC_BYTES + SOCKADDR_LL_STRIDE)
}

export interface MessageVector {
  readonly capacity: number
  readonly pointerTo: (index: number) => Pointer
  /** Says which bytes message `index` is about. */
  readonly setBuffer: (index: number, offset: number, byteLength: number) => void
  /** Asks for the peer's address. The kernel overwrites the length it is given, so this comes before every receive. */
  readonly wantAddress: (index: number) => void
  readonly bufferBytes: (index: number) => number
  /** Bytes the kernel received or sent. */
  readonly transferredBytes: (index: number) => number
  /** sll_pkttype: 0 to us, 1 broadcast, 2 multicast, 3 to somebody else, 4 outgoing. */
  readonly packetType: (index: number) => number
}

export function createMessageVector(memory: NativeMemory, at: number, capacity: number): MessageVector {
  const { view } = memory
  const message = (index: number) => at + index * MMSGHDR_BYTES
  const iovec = (index: number) => at + capacity * MMSGHDR_BYTES + index * IOVEC_BYTES
  const address = (index: number) => at + capacity * (MMSGHDR_BYTES + IOVEC_BYTES) + index * SOCKADDR_LL_STRIDE
  for (let index = 0; index < capacity; index++) {
    memory.storePointer(message(index) + 16, iovec(index))
    view.setUint32(message(index) + 24, 1, LITTLE_ENDIAN)
  }
  return {
    capacity,
    pointerTo: (index) => memory.pointerTo(message(index)),
    setBuffer: (index, offset, byteLength) => {
      memory.storePointer(iovec(index), offset)
      view.setUint32(iovec(index) + 8, byteLength, LITTLE_ENDIAN)
    },
    wantAddress: (index) => {
      memory.storePointer(message(index), address(index))
      view.setUint32(message(index) + 8, SOCKADDR_LL_BYTES, LITTLE_ENDIAN)
    },
    bufferBytes: (index) => view.getUint32(iovec(index) + 8, LITTLE_ENDIAN),
    transferredBytes: (index) => view.getUint32(message(index) + 56, LITTLE_ENDIAN),
    packetType: (index) => view.getUint8(address(index) + 10),
  }
}
