import { getSystemErrorName } from 'node:util'
import koffi from 'koffi'

/** The socket calls that Node has no API for. Every call blocks the event loop for as long as it takes. */
const library = koffi.load('libc.so.6')

/** The address of native memory. */
export type Pointer = bigint

export const socket: (domain: number, type: number, protocol: number) => number = library.func(
  'int socket(int domain, int type, int protocol)',
)
export const bind: (fd: number, address: Pointer, addressBytes: number) => number = library.func(
  'int bind(int fd, void *address, unsigned int addressBytes)',
)
export const connect: (fd: number, address: Pointer, addressBytes: number) => number = library.func(
  'int connect(int fd, void *address, unsigned int addressBytes)',
)
export const close: (fd: number) => number = library.func('int close(int fd)')
export const setsockopt: (fd: number, level: number, name: number, value: Pointer, bytes: number) => number =
  library.func('int setsockopt(int fd, int level, int name, void *value, unsigned int bytes)')
export const getsockopt: (fd: number, level: number, name: number, value: Pointer, bytes: Pointer) => number =
  library.func('int getsockopt(int fd, int level, int name, void *value, void *bytes)')
export const recvmmsg: (fd: number, messages: Pointer, count: number, flags: number, timeout: null) => number =
  library.func('int recvmmsg(int fd, void *messages, unsigned int count, int flags, void *timeout)')
export const sendmmsg: (fd: number, messages: Pointer, count: number, flags: number) => number = library.func(
  'int sendmmsg(int fd, void *messages, unsigned int count, int flags)',
)

export const send: (fd: number, buffer: null, bytes: number, flags: number) => number = library.func(
  'long send(int fd, void *buffer, size_t bytes, int flags)',
)
export const ioctl: (fd: number, request: number, argument: Pointer) => number = library.func(
  'int ioctl(int fd, unsigned long request, void *argument)',
)
const mmap: (at: null, bytes: number, access: number, flags: number, fd: number, offset: number) => Pointer =
  library.func('void *mmap(void *at, size_t bytes, int access, int flags, int fd, long offset)')
const munmap: (address: Pointer, bytes: number) => number = library.func('int munmap(void *address, size_t bytes)')

/** Index of an interface in this process's network namespace, 0 when there is none of that name. */
export const interfaceIndex: (name: string) => number = library.func('unsigned int if_nametoindex(const char *name)')

/** Name of the error of the last call in this file, such as `EAGAIN`. */
export function lastErrorName(): string {
  const errno = koffi.errno()
  return errno === 0 ? 'no error' : getSystemErrorName(-errno)
}

/**
 * Where a buffer lies. Holds while the buffer is reachable, because V8 does not move the memory of an ArrayBuffer
 * (small typed arrays that were not made from one do move: always start from an ArrayBuffer).
 */
export function addressOf(buffer: ArrayBuffer): Pointer {
  return koffi.address(buffer)
}

/** Values of Linux: asm-generic/mman-common.h, linux/mman.h. */
const PROT_READ_WRITE = 0x3
const MAP_SHARED_POPULATE = 0x8001
const MAP_FAILED = 0xffff_ffff_ffff_ffffn

/** Memory of the kernel's behind a file descriptor, until `unmap`; null: there is none. */
export function mapMemory(fd: number, offset: number, byteLength: number) {
  const address = mmap(null, byteLength, PROT_READ_WRITE, MAP_SHARED_POPULATE, fd, offset)
  if (BigInt.asUintN(64, address) === MAP_FAILED) return null
  return { buffer: koffi.view(address, byteLength), unmap: () => void munmap(address, byteLength) }
}
