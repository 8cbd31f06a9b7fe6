import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeLoopback, decodeSnmp, decodeSnmp6, readOwnTraffic } from '../../../sensor-agent/read/own-traffic.ts'
import { fixtureTrees } from '../../support/fixture-tree.ts'

const tree = fixtureTrees()
const snmp = `Ip: Forwarding DefaultTTL InReceives ForwDatagrams
Ip: 1 64 80000 9
Icmp: InMsgs InErrors
Icmp: 30 1
IcmpMsg: InType3
IcmpMsg: 1
Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens InSegs OutSegs
Tcp: 1 200 120000 -1 77 500 6833
Udp: InDatagrams NoPorts InErrors
Udp: 7 80000 0
UdpLite: InDatagrams NoPorts
UdpLite: 999 0
`
const snmp6 =
  'Ip6InReceives                   \t1\nIp6OutForwDatagrams \t2\nIcmp6InMsgs                     \t4\nUdp6InDatagrams \t5\nUdp6NoPorts \t80000\n'
const dev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    9000      20    0    0    0     0          0         0     9000      20    0    0    0     0       0          0
  ens5: 55360726   80009    0    0    0     0          0         0      726       9    0    0    0     0       0          0
  ens6:1000 3    0    0    0     0          0         0      726       9    0    0    0     0       0          0
`

describe('own traffic', () => {
  it('is what TCP, UDP and ICMP of both families took in and what was forwarded, and never what had no port', () => {
    const procRoot = tree({ 'net/snmp': snmp, 'net/snmp6': snmp6, 'net/dev': dev })
    expect(readOwnTraffic({ procRoot, interfaceName: 'ens5' })).toEqual({
      ok: true,
      value: { packets: 500 + 30 + 7 + 9 + 4 + 5 + 2, loopbackPackets: 20 },
    })
  })

  it('leaves out UDP where vxlan devices take the datagrams', () => {
    const procRoot = tree({ 'net/snmp': snmp, 'net/dev': `${dev}  vni7:9000 7000 0 0\n` })
    expect(readOwnTraffic({ procRoot, interfaceName: 'ens5', deviceNames: ['vni7'] })).toEqual({
      ok: true,
      value: { packets: 500 + 30 + 9, loopbackPackets: 20 },
    })
  })

  it('needs no IPv6', () => {
    const procRoot = tree({ 'net/snmp': snmp, 'net/dev': dev })
    expect(readOwnTraffic({ procRoot, interfaceName: 'ens5' })).toMatchObject({ ok: true, value: { packets: 546 } })
  })

  it.each([
    ['snmp', { 'net/dev': dev }, 'SENSOR_FILE_UNREADABLE'],
    ['dev', { 'net/snmp': snmp }, 'SENSOR_FILE_UNREADABLE'],
    ['counters in snmp', { 'net/snmp': 'Tcp: InSegs\nTcp: 5\n', 'net/dev': dev }, 'SENSOR_FILE_UNKNOWN'],
    ['numbers in snmp', { 'net/snmp': snmp.replace('Udp: 7', 'Udp: x'), 'net/dev': dev }, 'SENSOR_FILE_UNKNOWN'],
    ['rows in dev', { 'net/snmp': snmp, 'net/dev': '' }, 'SENSOR_FILE_UNKNOWN'],
    ['numbers in dev', { 'net/snmp': snmp, 'net/dev': 'lo: a b\n' }, 'SENSOR_FILE_UNKNOWN'],
  ])('without %s is a fault', (_, files, code) => {
    expect(readOwnTraffic({ procRoot: tree(files), interfaceName: 'ens5' })).toMatchObject({ ok: false, code })
  })

  it('is a count or a fault, whatever the files hold', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const count of [decodeSnmp(text), decodeLoopback(text), decodeSnmp6(text)])
          expect(count === undefined || (Number.isFinite(count) && count >= 0)).toBe(true)
      }),
    )
  })
})
