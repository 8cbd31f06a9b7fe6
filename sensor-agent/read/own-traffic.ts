import { join } from 'node:path'
import type { Answer, OwnTraffic } from '../sample/reading.ts'
import { answered, failed } from './answer.ts'
import { readSmallFile, toCount } from './small-file.ts'

/**
 * What the node's own protocols took in. TCP's InSegs counts both families. `NoPorts` of UDP is left out on purpose:
 * mirrored packets are addressed to this node too, and without a listener on 4789 or 6081 that is where they count.
 */
const own = { Tcp: ['InSegs'], Icmp: ['InMsgs'], Udp: ['InDatagrams'] } as const
const ownOfVersion6 = ['Icmp6InMsgs', 'Udp6InDatagrams']

/** Reads /proc/net/{snmp,snmp6,dev}. A kernel without IPv6 has no snmp6. */
export function readOwnTraffic(options: {
  readonly procRoot: string
  readonly interfaceName: string
}): Answer<OwnTraffic> {
  const file = (name: string): string => join(options.procRoot, 'net', name)
  const snmp = readSmallFile(file('snmp'))
  if (!snmp.ok) return snmp
  const dev = readSmallFile(file('dev'))
  if (!dev.ok) return dev
  const snmp6 = readSmallFile(file('snmp6'))
  const ofVersion4 = decodeSnmp(snmp.value)
  if (ofVersion4 === undefined)
    return failed('SENSOR_FILE_UNKNOWN', file('snmp'), 'Tcp InSegs, Icmp InMsgs and Udp InDatagrams')
  const elsewherePackets = decodeElsewhere(dev.value, options.interfaceName)
  if (elsewherePackets === undefined) return failed('SENSOR_FILE_UNKNOWN', file('dev'), 'table of packets received')
  return answered({ packets: ofVersion4 + (snmp6.ok ? decodeSnmp6(snmp6.value) : 0), elsewherePackets })
}

/** Pairs of lines, names and then values: `Tcp: RtoAlgorithm …` / `Tcp: 1 …` (net/ipv4/proc.c). Undefined if one is missing. */
export function decodeSnmp(text: string): number | undefined {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/))
  const counts = Object.entries(own).flatMap(([protocol, names]) => {
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

/** `  eth0: bytes packets errs drop …` (net/core/net-procfs.c): packets received by all interfaces but this one. */
export function decodeElsewhere(text: string, interfaceName: string): number | undefined {
  const rows = text.split('\n').flatMap((line) => {
    const [, name, counters = ''] = /^\s*(\S+):\s*(.*)$/.exec(line) ?? []
    return name === undefined ? [] : [{ name, packets: toCount(counters.split(/\s+/)[1]) }]
  })
  if (rows.length === 0 || rows.some(({ packets }) => packets === undefined)) return undefined
  return rows.reduce((sum, { name, packets = 0 }) => (name === interfaceName ? sum : sum + packets), 0)
}
