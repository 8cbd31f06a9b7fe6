import type { FiveTuple } from '../../../load/packet/five-tuple.ts'
import { ipProtocols } from '../../../load/packet/ipv4.ts'
import { addressBlock, contains } from './address-block.ts'

/**
 * Where the instance metadata, Amazon Time Sync and Windows activation services live, and the neighbours' own chatter. The
 * VPC's resolver has an address there too, which is looked at before this (resolver.ts).
 */
const linkLocalBlocks = ['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::/32'].map(addressBlock)

/** Traffic that no filter can ask for (AWS: Traffic Mirroring limitations; ARP is not IP and never comes this far). */
const unmirrored = [isLinkLocal, isDhcp]

export function isUnmirrored(packet: FiveTuple): boolean {
  for (const includes of unmirrored) if (includes(packet)) return true
  return false
}

function isLinkLocal({ version, source, destination }: FiveTuple): boolean {
  for (const block of linkLocalBlocks) {
    if (contains(block, version, source) || contains(block, version, destination)) return true
  }
  return false
}

/** RFC 2131 §4.1 for IPv4, RFC 8415 §7.2 for IPv6. */
function isDhcp({ protocol, hasPorts, sourcePort, destinationPort }: FiveTuple): boolean {
  return protocol === ipProtocols.udp && hasPorts && isDhcpPort(sourcePort) && isDhcpPort(destinationPort)
}

function isDhcpPort(port: number): boolean {
  return port === 67 || port === 68 || port === 546 || port === 547
}
