import { describe, expect, it } from 'vitest'
import { toFunnel } from '../../../sensor-agent/sample/funnel.ts'
import { fullReading } from '../../support/publication.ts'
import { readingOf } from '../../support/reading.ts'

describe('the funnel', () => {
  it('lists the places in the order of a packet, with their totals', () => {
    expect(toFunnel(fullReading)).toEqual([
      { place: 'ena-allowance', packets: null, drops: 1 + 3 + 4 },
      { place: 'interface', packets: 1010, drops: 0 },
      { place: 'softnet', packets: 5000, drops: 0 },
      { place: 'af-packet', packets: 1000, drops: 100 },
      { place: 'decoder-invalid', packets: 1800, drops: 1 },
      { place: 'memcap', packets: null, drops: 0 },
    ])
  })

  it('says unknown, never 0, where a source failed', () => {
    const funnel = toFunnel(readingOf({ received: null, packets: null, uptime: null }))
    for (const place of ['interface', 'af-packet', 'decoder-invalid', 'memcap'])
      expect(funnel).toContainEqual({ place, packets: null, drops: null })
  })

  it('takes the capture from iface-stat, which is live', () => {
    const live = { packets: 1200, drops: 130, invalidChecksums: 0 }
    const funnel = toFunnel({ ...fullReading, 'iface-stat': { ok: true, value: live } })
    expect(funnel).toContainEqual({ place: 'af-packet', packets: 1200, drops: 130 })
  })

  it('takes the capture from dump-counters while iface-stat fails', () => {
    const funnel = toFunnel({ ...fullReading, 'iface-stat': readingOf({ packets: null })['iface-stat'] })
    expect(funnel).toContainEqual({ place: 'af-packet', packets: 1000, drops: 100 })
  })

  it('has a place for vxlan devices where there are some, whose drops it does not count for softnet too', () => {
    const funnel = toFunnel({
      ...fullReading,
      softnet: { ok: true, value: { processed: 5000, drops: 9, squeezed: 0 } },
      'vxlan-device': { ok: true, value: { devices: 2, receivedPackets: 900, drops: 7, errors: 1 } },
    })
    expect(funnel.slice(2, 4)).toEqual([
      { place: 'softnet', packets: 5000, drops: 2 },
      { place: 'vxlan-device', packets: 901, drops: 8 },
    ])
  })

  it('says unknown where a vxlan device is gone', () => {
    const gone = { ok: false, code: 'SENSOR_FILE_UNKNOWN', fault: 'no row' } as const
    const funnel = toFunnel({ ...fullReading, 'vxlan-device': gone })
    expect(funnel).toContainEqual({ place: 'vxlan-device', packets: null, drops: null })
  })

  it('knows no allowances where the driver has none', () => {
    const ena = fullReading.ethtool
    if (!ena.ok) throw new Error(ena.fault)
    const [first] = toFunnel({ ...fullReading, ethtool: { ok: true, value: { ...ena.value, supported: false } } })
    expect(first).toEqual({ place: 'ena-allowance', packets: null, drops: null })
  })
})
