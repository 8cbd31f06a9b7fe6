import type { AddressWords } from '../../../load/packet/address.ts'
import type { FiveTuple } from '../../../load/packet/five-tuple.ts'
import { ipProtocols } from '../../../load/packet/ipv4.ts'
import { type AddressBlock, addressBlock, contains } from './address-block.ts'

const DNS_PORT = 53
/** The resolver's addresses that are the same in every VPC. */
const everyVpc = ['169.254.169.253', 'fd00:ec2::253']

/**
 * The VPC's resolver ("Amazon DNS"), seen from a packet: at the VPC's base address plus two, and also at two link-local
 * addresses (VPC guide, "Amazon DNS server").
 */
export interface Resolver {
  /** To or from the resolver. A later fragment shows no ports; the resolver speaks nothing but DNS, so it counts. */
  readonly isPartyTo: (packet: FiveTuple) => boolean
  readonly isSenderOf: (packet: FiveTuple) => boolean
}

/** A loop, for a closure would be allocated for each packet. */
function holds(blocks: readonly AddressBlock[], version: 4 | 6, address: AddressWords): boolean {
  for (const block of blocks) if (contains(block, version, address)) return true
  return false
}

/** null: this VPC has no resolver of its own, and no packet is its. */
export function compileResolver(resolverAddress: string | null): Resolver {
  if (resolverAddress === null) return { isPartyTo: () => false, isSenderOf: () => false }
  const blocks = [resolverAddress, ...everyVpc].map(addressBlock)
  const carriesDns = ({ protocol }: FiveTuple) => protocol === ipProtocols.udp || protocol === ipProtocols.tcp
  const isAt = (packet: FiveTuple, end: 'source' | 'destination', port: number) =>
    (port === DNS_PORT || !packet.hasPorts) && holds(blocks, packet.version, packet[end])
  return {
    isPartyTo: (packet) =>
      carriesDns(packet) &&
      (isAt(packet, 'source', packet.sourcePort) || isAt(packet, 'destination', packet.destinationPort)),
    isSenderOf: (packet) => carriesDns(packet) && packet.hasPorts && isAt(packet, 'source', packet.sourcePort),
  }
}
