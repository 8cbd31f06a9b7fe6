import type { AddressWords } from './address.ts'
import type { FiveTuple } from './five-tuple.ts'

/** Source ports that outer UDP headers may have: `count` of them, from `first` on. */
export interface OuterPortRange {
  readonly first: number
  readonly count: number
}

/** The range in a capture of real mirrored packets: 0xff80..0xffff, so at most 128 buckets per source and target. */
export const awsOuterPorts: OuterPortRange = { first: 65408, count: 128 }

/** In that capture, the replies of the VPC's resolver always have this port, while the queries are hashed. */
export const RESOLVER_REPLY_PORT = awsOuterPorts.first

/**
 * The source port of the outer UDP header, which decides what sensor a packet goes to. AWS documents a hash of the
 * five-tuple for TCP, UDP and ICMP, and of addresses and protocol for the rest (traffic-mirroring-packet-formats). What it
 * takes for ICMP's ports is not said: here an echo's identifier, and nothing for other types. A capture shows it equal for
 * both directions. AWS does not publish the hash; this one spreads as evenly.
 */
export function hashOuterPort(packet: FiveTuple, range: OuterPortRange = awsOuterPorts): number {
  const source = mixEndpoint(packet.source, packet.sourcePort)
  const destination = mixEndpoint(packet.destination, packet.destinationPort)
  // A sum does not change when the two ends swap places; a packet without ports has the same for both.
  const hash = finish((source + destination) ^ packet.protocol) >>> 0
  return range.first + Math.floor((hash / 0x1_0000_0000) * range.count)
}

/** Each end is mixed by itself, so that a:1 → b:2 and a:2 → b:1 differ. */
function mixEndpoint(address: AddressWords, port: number): number {
  let hash = port
  hash = mixWord(hash, address[0])
  hash = mixWord(hash, address[1])
  hash = mixWord(hash, address[2])
  return finish(mixWord(hash, address[3]))
}

function mixWord(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}

/** The finalizer of MurmurHash3: every input bit reaches every output bit. */
function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
