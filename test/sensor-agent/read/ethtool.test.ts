import { describe, expect, it } from 'vitest'
import { decodeEnaAllowances, readEnaAllowances } from '../../../sensor-agent/read/ethtool.ts'

const none = {
  supported: false,
  bandwidthInExceeded: 0,
  bandwidthOutExceeded: 0,
  packetsPerSecondExceeded: 0,
  conntrackExceeded: 0,
  linkLocalExceeded: 0,
}

describe('ENA allowances', () => {
  it('are read by their names among the other counters of the driver', () => {
    const printed = `NIC statistics:
     tx_timeout: 0
     bw_in_allowance_exceeded: 1
     bw_out_allowance_exceeded: 2
     pps_allowance_exceeded: 3
     conntrack_allowance_exceeded: 4
     linklocal_allowance_exceeded: 5
     conntrack_allowance_available: 136812
     queue_0_rx_bw_in_allowance_exceeded: 99
`
    expect(decodeEnaAllowances(printed)).toEqual({
      supported: true,
      bandwidthInExceeded: 1,
      bandwidthOutExceeded: 2,
      packetsPerSecondExceeded: 3,
      conntrackExceeded: 4,
      linkLocalExceeded: 5,
    })
  })

  it.each([
    ['another driver', 'NIC statistics:\n     peer_ifindex: 2\n     rx_queue_0_drops: 0\n'],
    ['nothing', ''],
    ['no count', '     bw_in_allowance_exceeded: many\n     pps_allowance_exceeded: -1\n'],
  ])('are not supported where ethtool prints %s', (_, printed) => {
    expect(decodeEnaAllowances(printed)).toEqual(none)
  })

  it('are not supported on an interface without any statistics', async () => {
    expect(await readEnaAllowances({ interfaceName: 'lo' })).toEqual({ ok: true, value: none })
  })

  it.each([
    ['the interface is missing', { interfaceName: 'no-such-if' }],
    ['ethtool is missing', { ethtool: '/nowhere/ethtool', interfaceName: 'lo' }],
    ['ethtool fails', { ethtool: '/bin/false', interfaceName: 'lo' }],
  ])('are a fault when %s', async (_, options) => {
    expect(await readEnaAllowances(options)).toMatchObject({ ok: false, code: 'SENSOR_PROGRAM_FAILED' })
  })
})
