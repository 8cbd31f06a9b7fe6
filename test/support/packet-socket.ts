/**
 * A program for the loss-ratio test, run inside a network namespace: opens an AF_PACKET socket, sends a known number of
 * frames past it without reading, then prints as JSON what the kernel counted and what could still be read.
 *
 *   packet-socket.ts <queue|tpacket-v3> <receive interface> <send interface> <frames>
 */
import { readFileSync } from 'node:fs'
import koffi from 'koffi'

// linux/if_packet.h, linux/if_ether.h, asm-generic/socket.h, asm-generic/mman.h
const AF_PACKET = 17
const SOCK_RAW = 3
const SOL_SOCKET = 1
const SO_RCVBUF = 8
const SOL_PACKET = 263
const PACKET_RX_RING = 5
const PACKET_STATISTICS = 6
const PACKET_VERSION = 10
const TPACKET_V3 = 2
const TP_STATUS_USER = 1
const MSG_DONTWAIT = 0x40
const EAGAIN = 11
const PROT_READ_WRITE = 3
const MAP_SHARED = 1
/** IEEE 802 "local experimental 1": no stack sends it by itself, so only our frames are counted. */
const ETHERTYPE = 0x88b5

const BLOCK_BYTES = 16_384
const BLOCKS = 4
const RETIRE_MILLISECONDS = 20
/** Below net.core.netdev_max_backlog (1000): the frames must be lost at the socket, not on the way to it. */
const BATCH = 256
const DEADLINE_MILLISECONDS = 20_000

const libc = koffi.load('libc.so.6')
const socket = libc.func('int socket(int domain, int type, int protocol)')
const bind = libc.func('int bind(int fd, const void *address, uint32_t length)')
const setsockopt = libc.func('int setsockopt(int fd, int level, int name, const void *value, uint32_t length)')
const getsockopt = libc.func('int getsockopt(int fd, int level, int name, void *value, _Inout_ uint32_t *length)')
const send = libc.func('int64_t send(int fd, const void *data, size_t length, int flags)')
const recv = libc.func('int64_t recv(int fd, void *data, size_t length, int flags)')
const mmap = libc.func('void *mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset)')

function checked(what: string, result: number): number {
  if (result < 0) throw new Error(`${what} failed with errno ${koffi.errno()}`)
  return result
}

function toInterfaceIndex(name: string): number {
  return Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'utf8'))
}

/* struct sockaddr_ll: family (host order), protocol (network order), interface index; the rest stays 0. */
function toLinkAddress(interfaceName: string, protocol: number): Buffer {
  const address = Buffer.alloc(20)
  address.writeUInt16LE(AF_PACKET, 0)
  address.writeUInt16BE(protocol, 2)
  address.writeInt32LE(toInterfaceIndex(interfaceName), 4)
  return address
}

/** Protocol 0 until bound: before that the socket must count nothing from other interfaces. */
function openSocket(): number {
  return checked('socket', Number(socket(AF_PACKET, SOCK_RAW, 0)))
}

function bindTo(fd: number, interfaceName: string, protocol: number): void {
  checked('bind', Number(bind(fd, toLinkAddress(interfaceName, protocol), 20)))
}

function setOption(fd: number, level: number, name: number, words: readonly number[]): void {
  const value = Buffer.alloc(4 * words.length)
  words.forEach((word, index) => {
    value.writeUInt32LE(word, 4 * index)
  })
  checked(`setsockopt ${name}`, Number(setsockopt(fd, level, name, value, value.length)))
}

interface Statistics {
  readonly packets: number
  readonly drops: number
}

/** Reading resets the kernel's figures, so they are summed up, as Suricata does it. */
function readStatistics(fd: number, before: Statistics): Statistics {
  const value = Buffer.alloc(12)
  checked('getsockopt', Number(getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, value, [value.length])))
  return { packets: before.packets + value.readUInt32LE(0), drops: before.drops + value.readUInt32LE(4) }
}

/** Asks again until the answer satisfies or the deadline has passed; gives the last answer, which the test judges. */
async function readUntil<T>(read: () => T, satisfies: (answer: T) => boolean): Promise<T> {
  const end = performance.now() + DEADLINE_MILLISECONDS
  let answer = read()
  while (!satisfies(answer) && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 2))
    answer = read()
  }
  return answer
}

/** Sends batch by batch, each only when the kernel has accounted for the one before. */
async function sendFrames(from: string, frames: number, listener: number): Promise<Statistics> {
  const frame = Buffer.alloc(128)
  frame.fill(0xff, 0, 6)
  frame.writeUInt16BE(ETHERTYPE, 12)
  const sender = openSocket()
  bindTo(sender, from, 0)
  let statistics: Statistics = { packets: 0, drops: 0 }
  for (let sent = 0; sent < frames; ) {
    const batchEnd = Math.min(sent + BATCH, frames)
    for (; sent < batchEnd; sent++) checked('send', Number(send(sender, frame, frame.length, 0)))
    const counted = () => (statistics = readStatistics(listener, statistics))
    await readUntil(counted, ({ packets }) => packets >= batchEnd)
  }
  return statistics
}

/** A plain socket with the smallest receive buffer the kernel grants: frames wait in the socket's own queue. */
function openQueue(): { readonly fd: number; readonly countReadable: () => number } {
  const fd = openSocket()
  setOption(fd, SOL_SOCKET, SO_RCVBUF, [4096])
  const countReadable = () => {
    const data = Buffer.alloc(2048)
    let count = 0
    while (Number(recv(fd, data, data.length, MSG_DONTWAIT)) > 0) count++
    if (koffi.errno() !== EAGAIN) throw new Error(`recv failed with errno ${koffi.errno()}`)
    return count
  }
  return { fd, countReadable }
}

/**
 * Suricata's way: a ring of blocks shared with the kernel. A block is ours when it is full or has timed out
 * (TP_STATUS_USER); we give none back, so what arrives after the last one is lost.
 *
 * struct tpacket_block_desc: version u32, offset_to_priv u32, block_status u32, num_pkts u32, …
 */
function openRing(): { readonly fd: number; readonly countReadable: () => number } {
  const fd = openSocket()
  setOption(fd, SOL_PACKET, PACKET_VERSION, [TPACKET_V3])
  const frameBytes = 2048
  const frames = (BLOCK_BYTES / frameBytes) * BLOCKS
  setOption(fd, SOL_PACKET, PACKET_RX_RING, [BLOCK_BYTES, BLOCKS, frameBytes, frames, RETIRE_MILLISECONDS, 0, 0])
  const ringBytes = BLOCK_BYTES * BLOCKS
  const ring = new DataView(koffi.view(mmap(null, ringBytes, PROT_READ_WRITE, MAP_SHARED, fd, 0), ringBytes))
  const countReadable = () => {
    let count = 0
    for (let block = 0; block < ringBytes; block += BLOCK_BYTES) {
      const isOurs = (ring.getUint32(block + 8, true) & TP_STATUS_USER) !== 0
      if (isOurs) count += ring.getUint32(block + 12, true)
    }
    return count
  }
  return { fd, countReadable }
}

const [mode, receiver = '', sender = '', frames = ''] = process.argv.slice(2)
const { fd, countReadable } = mode === 'tpacket-v3' ? openRing() : openQueue()
bindTo(fd, receiver, ETHERTYPE)
const statistics = await sendFrames(sender, Number(frames), fd)
// The last block becomes ours only once it has timed out. The queue is read to its end at the first try.
let readable = 0
const countMore = () => (readable = mode === 'tpacket-v3' ? countReadable() : readable + countReadable())
await readUntil(countMore, (count) => count >= statistics.packets - statistics.drops)
process.stdout.write(`${JSON.stringify({ ...statistics, readable })}\n`)
process.exit(0)
