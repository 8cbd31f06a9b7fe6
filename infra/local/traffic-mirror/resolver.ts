import type { FiveTuple } from '../../../load/packet/five-tuple.ts'
import { ipProtocols } from '../../../load/packet/ipv4.ts'
import { addressBlock, contains } from './address-block.ts'

const DNS_PORT = 53

/** The VPC's resolver ("Amazon DNS", the VPC's base address plus two), seen from a packet. */
export interface Resolver {
  /** To or from the resolver. A later fragment shows no ports; the resolver speaks nothing but DNS, so it counts. */
  readonly isPartyTo: (packet: FiveTuple) => boolean
  readonly isSenderOf: (packet: FiveTuple) => boolean
}

/** null: this VPC has no resolver of its own, and no packet is its. */
export function compileResolver(resolverAddress: string | null): Resolver {
  if (resolverAddress === null) return { isPartyTo: () => false, isSenderOf: () => false }
  const block = addressBlock(resolverAddress)
  const carriesDns = ({ protocol }: FiveTuple) => protocol === ipProtocols.udp || protocol === ipProtocols.tcp
  const isAt = (packet: FiveTuple, end: 'source' | 'destination', port: number) =>
    (port === DNS_PORT || !packet.hasPorts) && contains(block, packet.version, packet[end])
  return {
    isPartyTo: (packet) =>
      carriesDns(packet) &&
      (isAt(packet, 'source', packet.sourcePort) || isAt(packet, 'destination', packet.destinationPort)),
    isSenderOf: (packet) => carriesDns(packet) && packet.hasPorts && isAt(packet, 'source', packet.sourcePort),
  }
}
