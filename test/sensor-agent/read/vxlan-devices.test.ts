import { describe, expect, it } from 'vitest'
import { readVxlanDevices } from '../../../sensor-agent/read/vxlan-devices.ts'
import { fixtureTrees } from '../../support/fixture-tree.ts'

const tree = fixtureTrees()
const dev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
  ens5: 55360726   80009    5    6    0     0          0         0      726       9    0    0    0     0       0          0
  vni7:    9000     100    1   20    0     0          0         0        0       0    0    0    0     0       0          0
  vni8:    9000    1000    2   30    0     0          0         0        0       0    0    0    0     0       0          0
`
const read = (deviceNames: readonly string[], text = dev) =>
  readVxlanDevices({ procRoot: tree({ 'net/dev': text }), deviceNames })

describe('readVxlanDevices', () => {
  it('adds up the devices, and only those', () => {
    const value = { devices: 2, receivedPackets: 1100, errors: 3, drops: 50 }
    expect(read(['vni7', 'vni8'])).toEqual({ ok: true, value })
  })

  it('counts nothing, and reads nothing, without devices', () => {
    const value = { devices: 0, receivedPackets: 0, errors: 0, drops: 0 }
    expect(readVxlanDevices({ procRoot: '/nowhere', deviceNames: [] })).toEqual({ ok: true, value })
  })

  it.each([
    ['a device that is gone', ['vni7', 'vni9'], dev, 'SENSOR_FILE_UNKNOWN'],
    ['a row without counts', ['vni7'], '  vni7: a b\n', 'SENSOR_FILE_UNKNOWN'],
    ['an empty file', ['vni7'], '', 'SENSOR_FILE_UNKNOWN'],
  ])('fails for %s, rather than to count a part', (_, names, text, code) => {
    expect(read(names, text)).toMatchObject({ ok: false, code })
  })
})
