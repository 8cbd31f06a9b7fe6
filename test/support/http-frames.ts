import { ipv4Address } from '../../load/packet/address.ts'
import { ETHERNET_BYTES, encodeEthernet, etherTypes } from '../../load/packet/ethernet.ts'
import { encodeIpv4, IPV4_BYTES, ipProtocols, ipv4PseudoHeaderSum } from '../../load/packet/ipv4.ts'
import { encodeTcp, sealTcp, TCP_BYTES, tcpFlags } from '../../load/packet/tcp.ts'
import { encodeVxlan, VXLAN_BYTES } from '../../load/packet/vxlan.ts'

const { syn, ack, psh, fin } = tcpFlags
const ends = {
  client: { address: '10.0.0.1', mac: 0x020000000a01 },
  server: { address: '10.0.0.2', mac: 0x020000000a02 },
}

/** The frames of one HTTP exchange between two hosts of a tenant: always the same addresses, and the client's port. */
export function toHttpFrames(clientPort: number, path: string): readonly Uint8Array[] {
  const request = `GET ${path} HTTP/1.1\r\nHost: tenant.example\r\n\r\n`
  const response = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
  const [asked, answered] = [1001 + request.length, 5001 + response.length]
  const up = (flags: number, sequence: number, acknowledged: number, data = '') =>
    toSegment('client', clientPort, { flags, sequence, acknowledged, data })
  const down = (flags: number, sequence: number, acknowledged: number, data = '') =>
    toSegment('server', clientPort, { flags, sequence, acknowledged, data })
  return [
    up(syn, 1000, 0),
    down(syn + ack, 5000, 1001),
    up(ack, 1001, 5001),
    up(psh + ack, 1001, 5001, request),
    down(psh + ack, 5001, asked, response),
    up(fin + ack, asked, answered),
    down(fin + ack, answered, asked + 1),
    up(ack, asked + 1, answered + 1),
  ]
}

interface Segment {
  readonly flags: number
  readonly sequence: number
  readonly acknowledged: number
  readonly data: string
}

function toSegment(from: 'client' | 'server', clientPort: number, segment: Segment): Uint8Array {
  const [source, destination] = from === 'client' ? [ends.client, ends.server] : [ends.server, ends.client]
  const ports = {
    sourcePort: from === 'client' ? clientPort : 80,
    destinationPort: from === 'client' ? 80 : clientPort,
  }
  const transport = ETHERNET_BYTES + IPV4_BYTES
  const transportBytes = TCP_BYTES + segment.data.length
  const bytes = new Uint8Array(transport + transportBytes)
  const view = new DataView(bytes.buffer)
  encodeEthernet(view, 0, { destination: destination.mac, source: source.mac, etherType: etherTypes.ipv4 })
  const [sourceAddress, destinationAddress] = [ipv4Address(source.address), ipv4Address(destination.address)]
  encodeIpv4(view, ETHERNET_BYTES, {
    ...{ typeOfService: 0, totalLength: IPV4_BYTES + transportBytes, identification: 0, dontFragment: true },
    ...{ moreFragments: false, fragmentOffset: 0, timeToLive: 64, protocol: ipProtocols.tcp },
    ...{ source: sourceAddress, destination: destinationAddress },
  })
  encodeTcp(view, transport, {
    ...{ ...ports, sequenceNumber: segment.sequence, acknowledgmentNumber: segment.acknowledged },
    ...{ flags: segment.flags, window: 65535, urgentPointer: 0 },
  })
  bytes.set(Buffer.from(segment.data, 'latin1'), transport + TCP_BYTES)
  const sum = ipv4PseudoHeaderSum(sourceAddress, destinationAddress, ipProtocols.tcp, transportBytes)
  sealTcp(view, transport, transportBytes, sum)
  return bytes
}

/** What goes into the UDP datagram: the header (RFC 7348 section 5) and the frame. */
export function toVxlanPayload(virtualNetworkId: number, frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(VXLAN_BYTES + frame.length)
  encodeVxlan(new DataView(bytes.buffer), 0, { virtualNetworkId })
  bytes.set(frame, VXLAN_BYTES)
  return bytes
}
