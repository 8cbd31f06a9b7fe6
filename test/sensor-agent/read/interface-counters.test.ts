import { describe, expect, it } from 'vitest'
import { readInterfaceCounters } from '../../../sensor-agent/read/interface-counters.ts'
import { fixtureTrees } from '../../support/fixture-tree.ts'

const tree = fixtureTrees()
const statistics = (changed: Readonly<Record<string, string>> = {}) =>
  tree(
    Object.fromEntries(
      Object.entries({
        rx_packets: '80009\n',
        rx_bytes: '55360726\n',
        rx_dropped: '3\n',
        rx_missed_errors: '2\n',
        rx_errors: '1\n',
        ...changed,
      }).map(([name, text]) => [`class/net/ens5/statistics/${name}`, text]),
    ),
  )

describe('interface counters', () => {
  it('are read from the interface that is named', () => {
    expect(readInterfaceCounters({ sysRoot: statistics(), interfaceName: 'ens5' })).toEqual({
      ok: true,
      value: { receivedPackets: 80009, receivedBytes: 55360726, drops: 3, missed: 2, errors: 1 },
    })
  })

  it('fail with the path when there is no such interface', () => {
    const answer = readInterfaceCounters({ sysRoot: statistics(), interfaceName: 'ens6' })
    expect(answer).toMatchObject({ ok: false, code: 'SENSOR_FILE_UNREADABLE' })
    expect(answer.ok ? '' : answer.fault).toContain('net/ens6/statistics')
  })

  it.each([
    ['nothing', ''],
    ['a text', 'many\n'],
    ['a negative number', '-1\n'],
    ['two numbers', '1 2\n'],
    ['a hexadecimal number', '0x10\n'],
  ])('fail when a file holds %s', (_, text) => {
    const answer = readInterfaceCounters({ sysRoot: statistics({ rx_missed_errors: text }), interfaceName: 'ens5' })
    expect(answer).toMatchObject({ ok: false, code: 'SENSOR_FILE_UNKNOWN' })
  })
})
