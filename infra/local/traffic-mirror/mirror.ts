import { ipv4Address, macAddress } from '../../../load/packet/address.ts'
import { ETHERNET_BYTES, encodeEthernet, etherTypes } from '../../../load/packet/ethernet.ts'
import { decodeFiveTuple, emptyFiveTuple, type FiveTuple } from '../../../load/packet/five-tuple.ts'
import { encodeIpv4, IPV4_BYTES, type Ipv4Header, ipProtocols } from '../../../load/packet/ipv4.ts'
import { encodeUdp, UDP_BYTES, type UdpHeader } from '../../../load/packet/udp.ts'
import { encodeVxlan, VXLAN_BYTES, VXLAN_PORT } from '../../../load/packet/vxlan.ts'
import { compileFilter, type FilterMatcher, type TrafficDirection } from './filter.ts'
import { toOuterPort } from './outer-port.ts'
import { compileResolver, type Resolver } from './resolver.ts'
import type { MirrorSettings } from './settings.ts'

/** Room that must be free in front of a frame: outer Ethernet, IPv4, UDP and VXLAN headers. */
export const OUTER_BYTES = ETHERNET_BYTES + IPV4_BYTES + UDP_BYTES + VXLAN_BYTES

/** What became of a frame that is not mirrored; an outer frame is never as short as this. */
export const REJECTED = 0
export const TOO_LONG = -1

/**
 * Looks at the frame of `frameBytes` at `frameOffset`, and if a session mirrors it, writes the outer headers into the
 * OUTER_BYTES in front of it. Returns the length of the outer frame, which begins at `frameOffset - OUTER_BYTES`; or
 * REJECTED, when no session's filter matches; or TOO_LONG, when the path cannot carry the outer packet.
 */
export type Mirror = (view: DataView, frameOffset: number, frameBytes: number, direction: TrafficDirection) => number

interface CompiledSession {
  readonly mirrors: FilterMatcher
  readonly packetLength: number
  readonly virtualNetworkId: number
  readonly ipv4: Ipv4Header
}

/** Nothing in the returned function allocates: it runs once for each packet of a source. */
export function compileMirror(settings: MirrorSettings): Mirror {
  const resolver = compileResolver(settings.resolverAddress)
  const sessions = settings.sessions
    .toSorted((left, right) => left.sessionNumber - right.sessionNumber)
    .map((session) => compileSession(session, ipv4Address(settings.sourceAddress), resolver))
  const ethernet = {
    destination: macAddress(settings.outerDestinationMac),
    source: macAddress(settings.outerSourceMac),
    etherType: etherTypes.ipv4,
  }
  // AWS sends the outer UDP checksum as 0, "none computed".
  const udp: UdpHeader = { sourcePort: 0, destinationPort: VXLAN_PORT, length: 0, checksum: 0 }
  const packet = emptyFiveTuple()

  return (view, frameOffset, frameBytes, direction) => {
    if (!decodeFiveTuple(view, frameOffset, frameOffset + frameBytes, packet)) return REJECTED
    const session = findSession(sessions, packet, direction)
    if (session === null) return REJECTED
    const innerBytes = Math.min(frameBytes, session.packetLength)
    const outerBytes = OUTER_BYTES + innerBytes
    if (outerBytes - ETHERNET_BYTES > settings.mtuBytes) return TOO_LONG
    session.ipv4.totalLength = outerBytes - ETHERNET_BYTES
    udp.sourcePort = toOuterPort(packet, resolver)
    udp.length = session.ipv4.totalLength - IPV4_BYTES
    let at = frameOffset - OUTER_BYTES
    at += encodeEthernet(view, at, ethernet)
    at += encodeIpv4(view, at, session.ipv4)
    at += encodeUdp(view, at, udp)
    encodeVxlan(view, at, session)
    return outerBytes
  }
}

/** The first session that matches mirrors the packet, and no other does: "each packet is mirrored once". */
function findSession(
  sessions: readonly CompiledSession[],
  packet: FiveTuple,
  direction: TrafficDirection,
): CompiledSession | null {
  for (const session of sessions) if (session.mirrors(packet, direction)) return session
  return null
}

function compileSession(
  { filter, packetLength, virtualNetworkId, targetAddress }: MirrorSettings['sessions'][number],
  sourceAddress: number,
  resolver: Resolver,
): CompiledSession {
  return {
    mirrors: compileFilter(filter, resolver),
    packetLength: packetLength ?? Number.MAX_SAFE_INTEGER,
    virtualNetworkId,
    // As in a capture of real mirrored packets: TTL 255, TOS 0, identification 0, and fragmenting not forbidden.
    ipv4: {
      typeOfService: 0,
      totalLength: 0,
      identification: 0,
      dontFragment: false,
      moreFragments: false,
      fragmentOffset: 0,
      timeToLive: 255,
      protocol: ipProtocols.udp,
      source: sourceAddress,
      destination: ipv4Address(targetAddress),
    },
  }
}
