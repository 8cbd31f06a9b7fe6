import { addressWords, ipv4Address } from '../../load/packet/address.ts'
import { ETHERNET_BYTES, encodeEthernet, etherTypes } from '../../load/packet/ethernet.ts'
import { encodeIpv4, IPV4_BYTES, ipProtocols, ipv4PseudoHeaderSum } from '../../load/packet/ipv4.ts'
import { encodeIpv6, IPV6_BYTES, ipv6PseudoHeaderSum } from '../../load/packet/ipv6.ts'
import { encodeTcp, sealTcp, TCP_BYTES, tcpFlags } from '../../load/packet/tcp.ts'
import { encodeUdp, sealUdp, UDP_BYTES } from '../../load/packet/udp.ts'

export interface FrameFields {
  readonly source?: string
  readonly destination?: string
  readonly protocol?: number
  readonly sourcePort?: number
  readonly destinationPort?: number
  readonly payloadBytes?: number
  /** Bytes; a later fragment has no ports. */
  readonly fragmentOffset?: number
  readonly moreFragments?: boolean
}

/** An Ethernet frame of one whole packet, with free room in front of it. Both addresses are of the same version. */
export function toFrame(
  fields: FrameFields = {},
  headroomBytes = 0,
): { view: DataView; offset: number; bytes: number } {
  const { source = '198.18.0.1', protocol = ipProtocols.udp, payloadBytes = 32 } = fields
  const isIpv6 = source.includes(':')
  const { destination = isIpv6 ? 'fd00:18::2' : '198.18.0.2' } = fields
  const ipBytes = isIpv6 ? IPV6_BYTES : IPV4_BYTES
  const transportBytes = (protocol === ipProtocols.tcp ? TCP_BYTES : UDP_BYTES) + payloadBytes
  const bytes = ETHERNET_BYTES + ipBytes + transportBytes
  const view = new DataView(new ArrayBuffer(headroomBytes + bytes))
  const transport = headroomBytes + ETHERNET_BYTES + ipBytes
  encodeEthernet(view, headroomBytes, {
    destination: 0x020000000002,
    source: 0x020000000001,
    etherType: isIpv6 ? etherTypes.ipv6 : etherTypes.ipv4,
  })
  for (let at = transport; at < view.byteLength; at++) view.setUint8(at, at)
  const network = { source, destination, protocol, transportBytes, fields }
  const pseudoSum = encodeNetwork(view, headroomBytes + ETHERNET_BYTES, network)
  encodeTransport(view, transport, transportBytes, pseudoSum, { ...fields, protocol })
  return { view, offset: headroomBytes, bytes }
}

function encodeNetwork(
  view: DataView,
  offset: number,
  packet: { source: string; destination: string; protocol: number; transportBytes: number; fields: FrameFields },
): number {
  const { source, destination, protocol, transportBytes, fields } = packet
  if (source.includes(':')) {
    const [from, to] = [addressWords(source).words, addressWords(destination).words]
    const rest = { trafficClass: 0, flowLabel: 0, hopLimit: 64, source: from, destination: to }
    encodeIpv6(view, offset, { ...rest, payloadLength: transportBytes, nextHeader: protocol })
    return ipv6PseudoHeaderSum(from, to, protocol, transportBytes)
  }
  const [from, to] = [ipv4Address(source), ipv4Address(destination)]
  encodeIpv4(view, offset, {
    typeOfService: 0,
    totalLength: IPV4_BYTES + transportBytes,
    identification: 7,
    dontFragment: false,
    moreFragments: fields.moreFragments ?? false,
    fragmentOffset: fields.fragmentOffset ?? 0,
    timeToLive: 64,
    protocol,
    source: from,
    destination: to,
  })
  return ipv4PseudoHeaderSum(from, to, protocol, transportBytes)
}

function encodeTransport(
  view: DataView,
  offset: number,
  byteLength: number,
  pseudoSum: number,
  { protocol, sourcePort = 40000, destinationPort = 80, fragmentOffset = 0 }: FrameFields,
): void {
  const ports = { sourcePort, destinationPort }
  if (fragmentOffset > 0) return
  if (protocol === ipProtocols.udp) {
    encodeUdp(view, offset, { ...ports, length: byteLength, checksum: 0 })
    sealUdp(view, offset, byteLength, pseudoSum)
  } else if (protocol === ipProtocols.tcp) {
    const rest = { sequenceNumber: 1, acknowledgmentNumber: 2, window: 65535, urgentPointer: 0 }
    encodeTcp(view, offset, { ...ports, ...rest, flags: tcpFlags.ack | tcpFlags.psh })
    sealTcp(view, offset, byteLength, pseudoSum)
  }
}
