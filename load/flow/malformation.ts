import { ETHERNET_BYTES, etherTypes } from '../packet/ethernet.ts'
import { IPV4_BYTES, ipProtocols } from '../packet/ipv4.ts'
import type { Dice } from './dice.ts'
import type { FrameMemory } from './frame-table.ts'
import { type Conversation, toTcpFrame, toUdpFrame } from './inner-frame.ts'

export const MALFORMED_BYTES_MAX = 1500

/** One way to break a packet. */
export interface Malformation {
  readonly name: string
  /** Writes the mirrored frame at `offset` and returns its length, 0 … MALFORMED_BYTES_MAX. */
  readonly write: (memory: FrameMemory, offset: number, dice: Dice) => number
  /** Breaks the VXLAN header, which is sound when this is called. */
  readonly tunnel?: (view: DataView, offset: number, dice: Dice) => void
}

const conversation = (version: 4 | 6, port: number): Conversation => ({
  version,
  client: {
    mac: 0x020000000001,
    address: version === 4 ? [0xc6124001 | 0, 0, 0, 0] : [0xfd000018 | 0, 0, 0, 1],
    port: 4000,
  },
  server: { mac: 0x020000000002, address: version === 4 ? [0xc613ff09 | 0, 0, 0, 0] : [0xfd000018 | 0, 0, 0, 2], port },
  variesIn: 'server',
})
/** Ports of no protocol that a sensor would log (9: discard). */
const DISCARD_PORT = 9
const payload = { bytes: new Uint8Array(400).fill(0x2e) }
const numbers = { sequenceNumber: 1, acknowledgmentNumber: 1, flags: 0x10 }
const good = {
  udp: toUdpFrame(conversation(4, DISCARD_PORT), true, payload).bytes,
  tcp: toTcpFrame(conversation(4, DISCARD_PORT), true, numbers, payload).bytes,
  udp6: toUdpFrame(conversation(6, DISCARD_PORT), true, payload).bytes,
  /** VXLAN in a mirrored packet: a host that is itself an end of a tunnel. */
  tunnel: toUdpFrame(conversation(4, 4789), true, payload).bytes,
}

const IP = ETHERNET_BYTES
const TRANSPORT = ETHERNET_BYTES + IPV4_BYTES

function copy(memory: FrameMemory, offset: number, frame: Uint8Array): number {
  memory.bytes.set(frame, offset)
  return frame.length
}

/** A sound frame with some of its 16-bit fields overwritten. */
const withFields =
  (frame: Uint8Array, ...fields: readonly (readonly [offset: number, value: number])[]) =>
  (memory: FrameMemory, offset: number): number => {
    const byteLength = copy(memory, offset, frame)
    for (const [at, value] of fields) memory.view.setUint16(offset + at, value)
    return byteLength
  }

/** A sound frame cut off anywhere, also within its headers. */
const cut =
  (frame: Uint8Array) =>
  (memory: FrameMemory, offset: number, dice: Dice): number => {
    copy(memory, offset, frame)
    return dice.below(frame.length)
  }

const sound = (memory: FrameMemory, offset: number): number => copy(memory, offset, good.udp)

function fillRandom(memory: FrameMemory, offset: number, byteLength: number, dice: Dice): number {
  for (let at = 0; at < byteLength; at++) memory.view.setUint8(offset + at, dice.below(256))
  return byteLength
}

export const malformations: readonly Malformation[] = [
  { name: 'TCP cut off', write: cut(good.tcp) },
  { name: 'UDP cut off', write: cut(good.udp) },
  { name: 'IPv6 cut off', write: cut(good.udp6) },
  { name: 'nothing inside', write: () => 0 },
  { name: 'VXLAN without its valid flag', write: sound, tunnel: (view, at) => view.setUint8(at, 0) },
  { name: 'VXLAN with every flag', write: sound, tunnel: (view, at) => view.setUint8(at, 0xff) },
  { name: 'VXLAN with random flags', write: sound, tunnel: (view, at, dice) => view.setUint8(at, dice.below(256)) },
  {
    name: 'VXLAN with reserved bits',
    write: sound,
    tunnel: (view, at, dice) => {
      view.setUint16(at + 1, 1 + dice.below(0xffff))
      view.setUint8(at + 7, 1 + dice.below(0xff))
    },
  },
  { name: 'IPv4 of a giant length', write: withFields(good.udp, [IP + 2, 0xffff]) },
  { name: 'IPv4 of length 0', write: withFields(good.udp, [IP + 2, 0]) },
  { name: 'IPv4 shorter than its header', write: withFields(good.tcp, [IP + 2, 19]) },
  { name: 'IPv4 with options past its end', write: withFields(good.udp, [IP, 0x4f00], [IP + 2, 24]) },
  { name: 'IPv4 with a header of 4 bytes', write: withFields(good.udp, [IP, 0x4100]) },
  { name: 'IPv4 that says it is version 6', write: withFields(good.udp, [IP, 0x6500]) },
  { name: 'IPv6 of a giant length', write: withFields(good.udp6, [IP + 4, 0xffff]) },
  { name: 'IPv6 whose extension headers never end', write: withFields(good.udp6, [IP + 6, 0x0040], [IP + 40, 0x0000]) },
  { name: 'UDP of length 0', write: withFields(good.udp, [TRANSPORT + 4, 0]) },
  { name: 'UDP of a giant length', write: withFields(good.udp, [TRANSPORT + 4, 0xffff]) },
  {
    name: 'TCP whose header is longer than the packet',
    write: withFields(good.tcp.subarray(0, 60), [TRANSPORT + 12, 0xf010]),
  },
  { name: 'TCP with every flag and no header', write: withFields(good.tcp, [TRANSPORT + 12, 0x00ff]) },
  { name: 'first fragment of a packet never completed', write: withFields(good.udp, [IP + 6, 0x2000]) },
  { name: 'fragment past the longest packet', write: withFields(good.udp, [IP + 6, 0x1fff]) },
  {
    name: 'fragments that overlap',
    write: (memory, offset, dice) => withFields(good.tcp, [IP + 6, 0x2000 + dice.below(8)])(memory, offset),
  },
  {
    name: 'VLAN tags without end',
    write: (memory, offset) => {
      copy(memory, offset, good.udp)
      for (let at = 12; at < 200; at += 4) memory.view.setUint32(offset + at, etherTypes.vlan << 16)
      return 200
    },
  },
  { name: 'unknown EtherType', write: withFields(good.udp, [12, 0xffff]) },
  { name: 'unknown IP protocol', write: withFields(good.udp, [IP + 8, 0x40ff]) },
  {
    name: 'VXLAN in VXLAN in VXLAN',
    write: (memory, offset) => {
      let at = 0
      // Each level holds a whole frame that is shorter than it says.
      for (let level = 0; level < 4; level++) {
        copy(memory, offset + at, good.tunnel)
        at += TRANSPORT + 8
        memory.view.setUint32(offset + at, 0x0800_0000)
        memory.view.setUint32(offset + at + 4, (level + 1) << 8)
        at += 8
      }
      return at + copy(memory, offset + at, good.udp)
    },
  },
  {
    name: 'ICMP in one byte',
    write: (memory, offset) => {
      withFields(good.udp, [IP + 2, IPV4_BYTES + 1], [IP + 8, 0x4000 + ipProtocols.icmp])(memory, offset)
      return TRANSPORT + 1
    },
  },
  {
    name: 'random frame',
    write: (memory, offset, dice) => fillRandom(memory, offset, dice.below(MALFORMED_BYTES_MAX), dice),
  },
  {
    name: 'random IPv4',
    write: (memory, offset, dice) => {
      copy(memory, offset, good.udp)
      return ETHERNET_BYTES + fillRandom(memory, offset + ETHERNET_BYTES, dice.below(600), dice)
    },
  },
  {
    name: 'sound headers, random rest',
    write: (memory, offset, dice) => {
      copy(memory, offset, good.tcp)
      return TRANSPORT + fillRandom(memory, offset + TRANSPORT, dice.below(600), dice)
    },
  },
]
