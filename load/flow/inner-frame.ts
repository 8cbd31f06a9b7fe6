import type { AddressWords } from '../packet/address.ts'
import { ETHERNET_BYTES, encodeEthernet, etherTypes } from '../packet/ethernet.ts'
import { encodeIpv4, IPV4_BYTES, ipProtocols, ipv4PseudoHeaderSum } from '../packet/ipv4.ts'
import { encodeIpv6, IPV6_BYTES, ipv6PseudoHeaderSum } from '../packet/ipv6.ts'
import { encodeTcp, sealTcp, TCP_BYTES } from '../packet/tcp.ts'
import { encodeUdp, sealUdp, UDP_BYTES } from '../packet/udp.ts'

export interface Endpoint {
  readonly mac: number
  readonly address: AddressWords
  readonly port: number
}

/** The two ends of a flow, as they are before the flow is given its own port, address and token. */
export interface Conversation {
  readonly version: 4 | 6
  readonly client: Endpoint
  readonly server: Endpoint
  /** Which end's address changes from flow to flow. */
  readonly variesIn: 'client' | 'server'
}

/** A frame as a mirror sees it, and where in it stands what differs from flow to flow. Offsets are bytes; -1 is "not there". */
export interface InnerFrame {
  readonly bytes: Uint8Array
  readonly toServer: boolean
  readonly clientPortAt: number
  /** Last 32 bits of the address that varies. */
  readonly addressAt: number
  readonly ipChecksumAt: number
  readonly transportAt: number
  readonly checksumAt: number
  /** TCP only. */
  readonly sequenceAt: number
  /** Eight characters of the payload that name the flow. */
  readonly tokenAt: number
}

export interface TcpSegment {
  readonly sequenceNumber: number
  readonly acknowledgmentNumber: number
  readonly flags: number
}

/** Placeholder of the token in a payload. */
export const TOKEN = '00000000'

/** Shortest frames of each kind: headers only. */
export const headerBytes = (version: 4 | 6, protocol: 'tcp' | 'udp'): number =>
  ETHERNET_BYTES + (version === 4 ? IPV4_BYTES : IPV6_BYTES) + (protocol === 'tcp' ? TCP_BYTES : UDP_BYTES)

export interface Payload {
  readonly bytes: Uint8Array
  /** @default -1 - the payload names no flow */
  readonly tokenAt?: number
}

export function toUdpFrame(conversation: Conversation, toServer: boolean, payload: Payload): InnerFrame {
  const length = UDP_BYTES + payload.bytes.length
  const { frame, view, transportAt, pseudoSum } = start(conversation, toServer, ipProtocols.udp, length)
  const [from, to] = ends(conversation, toServer)
  encodeUdp(view, transportAt, { sourcePort: from.port, destinationPort: to.port, length, checksum: 0 })
  frame.bytes.set(payload.bytes, transportAt + UDP_BYTES)
  sealUdp(view, transportAt, length, pseudoSum)
  return finish(frame, payload, transportAt + UDP_BYTES, { checksumAt: transportAt + 6, sequenceAt: -1 })
}

export function toTcpFrame(
  conversation: Conversation,
  toServer: boolean,
  segment: TcpSegment,
  payload: Payload,
): InnerFrame {
  const length = TCP_BYTES + payload.bytes.length
  const { frame, view, transportAt, pseudoSum } = start(conversation, toServer, ipProtocols.tcp, length)
  const [from, to] = ends(conversation, toServer)
  const ports = { sourcePort: from.port, destinationPort: to.port }
  encodeTcp(view, transportAt, { ...ports, ...segment, window: 65535, urgentPointer: 0 })
  frame.bytes.set(payload.bytes, transportAt + TCP_BYTES)
  sealTcp(view, transportAt, length, pseudoSum)
  return finish(frame, payload, transportAt + TCP_BYTES, { checksumAt: transportAt + 16, sequenceAt: transportAt + 4 })
}

const ends = ({ client, server }: Conversation, toServer: boolean): [Endpoint, Endpoint] =>
  toServer ? [client, server] : [server, client]

function finish(
  frame: Omit<InnerFrame, 'checksumAt' | 'sequenceAt' | 'tokenAt'>,
  { tokenAt = -1 }: Payload,
  payloadAt: number,
  transport: { checksumAt: number; sequenceAt: number },
): InnerFrame {
  return { ...frame, ...transport, tokenAt: tokenAt < 0 ? -1 : payloadAt + tokenAt }
}

/** Ethernet and IP headers, and what is known of the rest. */
function start(conversation: Conversation, toServer: boolean, protocol: number, byteLength: number) {
  const { version, variesIn } = conversation
  const [from, to] = ends(conversation, toServer)
  const transportAt = ETHERNET_BYTES + (version === 4 ? IPV4_BYTES : IPV6_BYTES)
  const bytes = new Uint8Array(transportAt + byteLength)
  const view = new DataView(bytes.buffer)
  const etherType = version === 4 ? etherTypes.ipv4 : etherTypes.ipv6
  encodeEthernet(view, 0, { destination: to.mac, source: from.mac, etherType })
  const encodeIp = version === 4 ? encodeIpv4Packet : encodeIpv6Packet
  const pseudoSum = encodeIp(view, from.address, to.address, protocol, byteLength)
  const isSender = (variesIn === 'client') === toServer
  const addressEnd = version === 4 ? (isSender ? 16 : 20) : isSender ? 24 : 40
  const frame = {
    ...{ bytes, toServer, transportAt, clientPortAt: transportAt + (toServer ? 0 : 2) },
    ...{ addressAt: ETHERNET_BYTES + addressEnd - 4, ipChecksumAt: version === 4 ? ETHERNET_BYTES + 10 : -1 },
  }
  return { frame, view, transportAt, pseudoSum }
}

function encodeIpv4Packet(view: DataView, from: AddressWords, to: AddressWords, protocol: number, byteLength: number) {
  const [source, destination] = [from[0] >>> 0, to[0] >>> 0]
  encodeIpv4(view, ETHERNET_BYTES, {
    ...{ typeOfService: 0, totalLength: IPV4_BYTES + byteLength, identification: 0, dontFragment: true },
    ...{ moreFragments: false, fragmentOffset: 0, timeToLive: 64, protocol, source, destination },
  })
  return ipv4PseudoHeaderSum(source, destination, protocol, byteLength)
}

function encodeIpv6Packet(view: DataView, from: AddressWords, to: AddressWords, protocol: number, byteLength: number) {
  encodeIpv6(view, ETHERNET_BYTES, {
    ...{ trafficClass: 0, flowLabel: 0, payloadLength: byteLength, nextHeader: protocol, hopLimit: 64 },
    ...{ source: from, destination: to },
  })
  return ipv6PseudoHeaderSum(from, to, protocol, byteLength)
}
