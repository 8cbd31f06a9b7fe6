import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { funnelPlaces, toFunnel } from '../../../sensor-agent/sample/funnel.ts'
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
      { place: 'stream', packets: null, drops: 4 },
      { place: 'stream-gap', packets: null, drops: 3 },
      { place: 'wrong-thread', packets: null, drops: 5 },
    ])
  })

  it('knows each place by name, in the same order', () => {
    const devices = { devices: 1, receivedPackets: 0, drops: 0, errors: 0 }
    const funnel = toFunnel({ ...fullReading, 'vxlan-device': { ok: true, value: devices } })
    expect(funnel.map(({ place }) => place)).toEqual(funnelPlaces)
  })

  it('never goes down while its sources go up, whatever the others do', () => {
    const more = fc.record({ softnet: fc.nat(), device: fc.nat(), line: fc.nat() })
    const at = (softnet: number, device: number, line: number) =>
      toFunnel({
        ...fullReading,
        interface: { ok: true, value: { receivedPackets: 0, receivedBytes: 0, drops: line, missed: 0, errors: 0 } },
        softnet: { ok: true, value: { processed: 0, drops: softnet, squeezed: 0 } },
        'vxlan-device': { ok: true, value: { devices: 1, receivedPackets: 0, drops: device, errors: 0 } },
      })
    fc.assert(
      fc.property(more, more, (first, step) => {
        const before = at(first.softnet, first.device, first.line)
        const after = at(first.softnet + step.softnet, first.device + step.device, first.line + step.line)
        return after.every(({ drops }, index) => (drops ?? 0) >= (before[index]?.drops ?? 0))
      }),
    )
  })

  it('says unknown, never 0, where a source failed', () => {
    const funnel = toFunnel(readingOf({ received: null, packets: null, uptime: null }))
    for (const place of ['interface', 'af-packet', 'decoder-invalid', 'memcap', 'stream', 'stream-gap', 'wrong-thread'])
      expect(funnel).toContainEqual({ place, packets: null, drops: null })
  })

  it('takes the capture from iface-stat, which is live', () => {
    const live = { packets: 1200, drops: 130, invalidChecksums: 0 }
    const funnel = toFunnel({ ...fullReading, 'iface-stat': { ok: true, value: live } })
    expect(funnel).toContainEqual({ place: 'af-packet', packets: 1200, drops: 130 })
  })

  it('never takes the capture from dump-counters, whose lag would be a step back and so a restart', () => {
    const funnel = toFunnel({ ...fullReading, 'iface-stat': readingOf({ packets: null })['iface-stat'] })
    expect(funnel).toContainEqual({ place: 'af-packet', packets: null, drops: null })
  })

  it('has a place for vxlan devices where there are some', () => {
    const funnel = toFunnel({
      ...fullReading,
      softnet: { ok: true, value: { processed: 5000, drops: 9, squeezed: 0 } },
      'vxlan-device': { ok: true, value: { devices: 2, receivedPackets: 900, drops: 7, errors: 1 } },
    })
    expect(funnel.slice(2, 4)).toEqual([
      { place: 'softnet', packets: 5000, drops: 9 },
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
