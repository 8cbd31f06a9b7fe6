import { close, ioctl, lastErrorName, socket } from './libc.ts'
import { allocateNativeMemory } from './native-memory.ts'

/** Values of x86-64 Linux: socket.h, linux/sockios.h, linux/ethtool.h. */
const AF_INET = 2
const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2000000
const SIOCGIFMTU = 0x8921
const SIOCETHTOOL = 0x8946
const ETHTOOL_GDRVINFO = 3

/*
 * ifreq (linux/if.h)               0 name  16 what is asked for, or where that is   (40 bytes)
 * ethtool_drvinfo (linux/ethtool.h)  0 cmd   4 driver (32)  36 … 196
 */
const IFREQ_BYTES = 40
const NAME_BYTES_MAX = 15
const DRIVER_AT = IFREQ_BYTES + 4
const DRIVER_BYTES = 32
/** Lives as long as the thread: nothing is collected that the kernel still writes. */
const { view, bytes, pointerTo, storePointer } = allocateNativeMemory(IFREQ_BYTES + 196)

/** Longest packet of an interface of this process's network namespace, in bytes, without the Ethernet header. */
export function interfaceMtu(interfaceName: string): number {
  bytes.fill(0)
  const error = request(interfaceName, SIOCGIFMTU)
  if (error !== null) throw new Error(`cannot read the MTU of interface "${interfaceName}": ${error}; see \`ip link\``)
  return view.getInt32(16, true)
}

/** Name of an interface's driver, such as `veth`; null: it has none, or there is no such interface. */
export function interfaceDriver(interfaceName: string): string | null {
  bytes.fill(0)
  storePointer(16, IFREQ_BYTES)
  view.setUint32(IFREQ_BYTES, ETHTOOL_GDRVINFO, true)
  if (request(interfaceName, SIOCETHTOOL) !== null) return null
  const name = bytes.subarray(DRIVER_AT, DRIVER_AT + DRIVER_BYTES)
  return new TextDecoder('latin1').decode(name.subarray(0, name.indexOf(0)))
}

/** Any socket will do to ask about an interface. The name of the error; null: answered. */
function request(interfaceName: string, code: number): string | null {
  new TextEncoder().encodeInto(interfaceName, bytes.subarray(0, NAME_BYTES_MAX))
  const fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)
  if (fd < 0) return lastErrorName()
  const error = ioctl(fd, code, pointerTo(0)) < 0 ? lastErrorName() : null
  close(fd)
  return error
}
