import type { AddressWords } from '../../../load/packet/address.ts'
import type { FiveTuple } from '../../../load/packet/five-tuple.ts'
import type { Resolver } from './resolver.ts'

/** The range in a capture of real mirrored packets: 0xff80..0xffff, so at most 128 buckets per source and target. */
export const OUTER_PORT_FIRST = 65408
const OUTER_PORT_BITS = 7

/**
 * The source port of the outer UDP header, which decides what sensor a packet goes to. AWS documents a hash of the
 * five-tuple, or of addresses and protocol where there are no ports (traffic-mirroring-packet-formats). A capture shows
 * it equal for both directions, but constant for the replies of the VPC's resolver, whose queries are hashed.
 */
export function toOuterPort(packet: FiveTuple, resolver: Resolver): number {
  if (resolver.isSenderOf(packet)) return OUTER_PORT_FIRST
  const source = mixEndpoint(packet.source, packet.sourcePort)
  const destination = mixEndpoint(packet.destination, packet.destinationPort)
  // A sum does not change when the two ends swap places; a packet without ports has 0 for both.
  return OUTER_PORT_FIRST + (finish((source + destination) ^ packet.protocol) >>> (32 - OUTER_PORT_BITS))
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
