import { close, ioctl, lastErrorName, socket } from './libc.ts'
import { allocateNativeMemory } from './native-memory.ts'

/** Values of x86-64 Linux: socket.h, linux/sockios.h. */
const AF_INET = 2
const SOCK_DGRAM = 2
const SIOCGIFMTU = 0x8921

/** ifreq (linux/if.h): 0 name, 16 what is asked for (40 bytes). */
const IFREQ_BYTES = 40
const NAME_BYTES_MAX = 15

/** Longest packet of an interface of this process's network namespace, in bytes, without the Ethernet header. */
export function interfaceMtu(interfaceName: string): number {
  const { view, bytes, pointerTo } = allocateNativeMemory(IFREQ_BYTES)
  new TextEncoder().encodeInto(interfaceName, bytes.subarray(0, NAME_BYTES_MAX))
  const fd = socket(AF_INET, SOCK_DGRAM, 0)
  const error = ioctl(fd, SIOCGIFMTU, pointerTo(0)) < 0 ? lastErrorName() : null
  close(fd)
  if (error !== null) throw new Error(`cannot read the MTU of interface "${interfaceName}": ${error}; see \`ip link\``)
  return view.getInt32(16, true)
}
