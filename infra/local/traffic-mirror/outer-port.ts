import type { FiveTuple } from '../../../load/packet/five-tuple.ts'
import { hashOuterPort, RESOLVER_REPLY_PORT } from '../../../load/packet/outer-port.ts'
import type { Resolver } from './resolver.ts'

/** The source port of the outer UDP header, as AWS chooses it: one for both directions, and one for resolver replies. */
export function toOuterPort(packet: FiveTuple, resolver: Resolver): number {
  return resolver.isSenderOf(packet) ? RESOLVER_REPLY_PORT : hashOuterPort(packet)
}
