import { join } from 'node:path'
import type { Answer, OwnTraffic } from '../sample/reading.ts'
import { answered, failed } from './answer.ts'
import { decodeNetDev } from './net-dev.ts'
import { readSmallFile, toCount } from './small-file.ts'

/**
 * What the node's own protocols took in or passed on, as it does for its containers. TCP's InSegs counts both families. `NoPorts` of UDP is left out on purpose:
 * mirrored packets are addressed to this node too, and without a listener on 4789 or 6081 that is where they count.
 */
const own = { Ip: ['ForwDatagrams'], Tcp: ['InSegs'], Icmp: ['InMsgs'], Udp: ['InDatagrams'] } as const
const ownOfVersion6 = ['Ip6OutForwDatagrams', 'Icmp6InMsgs', 'Udp6InDatagrams']

/**
 * Reads /proc/net/{snmp,snmp6,dev}. A kernel without IPv6 has no snmp6.
 *
 * With vxlan devices every VXLAN datagram counts as one of `InDatagrams`, though it is not the node's own. Then UDP is
 * left out: some replies of DNS count as mirrored, and no mirrored packet
 * as own, whatever its VNI.
 */
export function readOwnTraffic(options: {
  readonly procRoot: string
  readonly interfaceName: string
  readonly deviceNames?: readonly string[]
}): Answer<OwnTraffic> {
  const { interfaceName, deviceNames = [] } = options
  const file = (name: string): string => join(options.procRoot, 'net', name)
  const snmp = readSmallFile(file('snmp'))
  if (!snmp.ok) return snmp
  const dev = readSmallFile(file('dev'))
  if (!dev.ok) return dev
  const snmp6 = readSmallFile(file('snmp6'))
  const ofVersion4 = decodeSnmp(snmp.value, deviceNames.length > 0 ? ['Ip', 'Tcp', 'Icmp'] : undefined)
  if (ofVersion4 === undefined)
    return failed('SENSOR_FILE_UNKNOWN', file('snmp'), 'Ip ForwDatagrams, Tcp InSegs, Icmp InMsgs and Udp InDatagrams')
  const loopbackPackets = interfaceName === 'lo' ? 0 : decodeLoopback(dev.value)
  if (loopbackPackets === undefined) return failed('SENSOR_FILE_UNKNOWN', file('dev'), 'table of packets received')
  return answered({ packets: ofVersion4 + (snmp6.ok ? decodeSnmp6(snmp6.value) : 0), loopbackPackets })
}

/** Pairs of lines, names and then values: `Tcp: RtoAlgorithm …` / `Tcp: 1 …` (net/ipv4/proc.c). Undefined if one is missing. */
export function decodeSnmp(text: string, protocols: readonly string[] = Object.keys(own)): number | undefined {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/))
  const asked = Object.entries(own).filter(([protocol]) => protocols.includes(protocol))
  const counts = asked.flatMap(([protocol, names]) => {
    const [header, values] = lines.filter(([first]) => first === `${protocol}:`)
    return names.map((name) => toCount(header?.includes(name) ? values?.[header.indexOf(name)] : undefined))
  })
  return counts.reduce((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0)
}

/** One `name value` a line (net/ipv6/proc.c). */
export function decodeSnmp6(text: string): number {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .reduce((sum, [name = '', value]) => sum + (ownOfVersion6.includes(name) ? (toCount(value) ?? 0) : 0), 0)
}

/** Packets that loopback received; undefined if the text is no such table. */
export function decodeLoopback(text: string): number | undefined {
  const rows = decodeNetDev(text)
  return rows && (rows.find(({ name }) => name === 'lo')?.receivedPackets ?? 0)
}
