import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toFleetView } from '../../../../infra/local/console/fleet-view.ts'
import { toHistoryPoint } from '../../../../infra/local/console/history-point.ts'
import type { FleetView, PlaceView } from '../../../../infra/local/console/messages.ts'
import type { SensorReading } from '../../../../infra/local/console/source.ts'
import {
  balancer,
  captured,
  mirror,
  place,
  readingAt,
  sensorReading,
  viewSource as source,
  viewOf as view,
} from '../../../support/console-reading.ts'

const placeOf = ({ funnel }: FleetView, name: string): PlaceView | undefined => funnel.find((one) => one.place === name)

describe('toFleetView', () => {
  it('shows nothing before the first reading, and no rate after it alone', () => {
    expect(toFleetView({ source, readings: [], events: 0, demonstration: null })).toBeNull()
    const first = view(readingAt(0, { sensors: [sensorReading('sensor-1', { funnel: captured(5, 0) })] }))
    expect(first.sensors[0]).toMatchObject({ id: 'sensor-1', packetsPerSecond: null, dropsPerSecond: null })
  })

  it('sums each place over the sensors, in the order in which a packet passes them', () => {
    const at = (seconds: number, packets: number, drops: number) =>
      readingAt(seconds * 1000, {
        sources: mirror(2 * packets, 0),
        loadBalancer: balancer(2 * packets),
        sensors: [
          sensorReading('sensor-1', { funnel: captured(packets, drops) }),
          sensorReading('sensor-2', {
            funnel: [place('interface', packets, 0), place('vxlan-device', packets, 1), place('af-packet', packets, 0)],
          }),
        ],
      })
    const { funnel, sensors } = view(at(0, 0, 0), at(10, 1000, 50))
    expect(funnel.map((one) => one.place)).toEqual([
      ...['mirror-skip', 'load-balancer', 'silent-sensor', 'interface', 'vxlan-device', 'af-packet'],
    ])
    expect(funnel.at(-1)).toEqual({ place: 'af-packet', packetsPerSecond: 200, dropsPerSecond: 5, isTrace: false })
    expect(sensors.map(({ packetsPerSecond }) => packetsPerSecond)).toEqual([100, 100])
  })

  it('keeps the order of the places whichever sensors lack a device or say nothing, and whichever comes first', () => {
    const all = ['ena-allowance', 'interface', 'softnet', 'vxlan-device', 'af-packet', 'memcap', 'stream', 'stream-gap']
    const withoutDevice = all.filter((name) => name !== 'vxlan-device')
    fc.assert(
      fc.property(fc.array(fc.constantFrom(all, withoutDevice, []), { maxLength: 5 }), (funnels) => {
        const sensors = funnels.map((names, index) =>
          sensorReading(`sensor-${index}`, { funnel: names.map((name) => place(name, 0, 0)) }),
        )
        const named = all.filter((name) => funnels.some((names) => names.includes(name)))
        expect(view(readingAt(0, { sensors })).funnel.map((one) => one.place)).toEqual(named)
      }),
    )
  })

  it('says null, not 0, for a place that nobody counts', () => {
    const at = (milliseconds: number) =>
      readingAt(milliseconds, {
        sensors: [sensorReading('sensor-1', { funnel: [place('ena-allowance', null, null)] })],
      })
    expect(placeOf(view(at(0), at(1000)), 'ena-allowance')).toMatchObject({
      packetsPerSecond: null,
      dropsPerSecond: null,
    })
  })

  it('marks what is the trace of an earlier loss', () => {
    const funnel = [place('stream', 1, 0), place('stream-gap', 1, 0), place('wrong-thread', 1, 0)]
    const { funnel: shown } = view(readingAt(0, { sensors: [sensorReading('sensor-1', { funnel })] }))
    expect(shown.filter(({ isTrace }) => isTrace).map((one) => one.place)).toEqual(['stream-gap', 'wrong-thread'])
  })

  it('counts what is sent to a sensor while it is silent as lost, and nothing else of it', () => {
    const at = (second: number, status: SensorReading['status']) =>
      readingAt(second * 1000, {
        loadBalancer: balancer(second * 100),
        sensors: [sensorReading('sensor-1', { status, forwardedPackets: second * 100 })],
      })
    const shown = view(at(0, 'healthy'), at(1, 'healthy'), at(2, 'silent'), at(3, 'silent'), at(4, 'healthy'))
    expect(placeOf(shown, 'silent-sensor')).toMatchObject({ packetsPerSecond: 100, dropsPerSecond: 200 / 4 })
  })

  it('counts what is sent to a sensor whose engine is gone as lost, be its agent there', () => {
    const at = (second: number, packets: number | null) =>
      readingAt(second * 1000, {
        sources: mirror(second * 100, 0),
        loadBalancer: balancer(second * 100),
        sensors: [
          sensorReading('sensor-1', {
            status: packets === null ? 'unhealthy' : 'healthy',
            forwardedPackets: second * 100,
            funnel: [place('interface', second * 100, 0), place('af-packet', packets, packets === null ? null : 0)],
          }),
        ],
      })
    const readings = [at(0, 1000), at(1, 1100), at(2, null), at(3, null)]
    const shown = view(...readings)
    expect(placeOf(shown, 'silent-sensor')).toMatchObject({ packetsPerSecond: 100, dropsPerSecond: 200 / 3 })
    expect(toHistoryPoint(shown, readings).lossRatio).toBeCloseTo(2 / 3)
  })

  it('cannot tell what a silent sensor lost from one count of what was sent to it', () => {
    const at = (second: number, forwardedPackets: number | null) =>
      readingAt(second * 1000, {
        loadBalancer: balancer(0),
        sensors: [sensorReading('sensor-1', { status: 'silent', forwardedPackets })],
      })
    const unknown = { packetsPerSecond: null, dropsPerSecond: null }
    expect(placeOf(view(at(0, null), at(1, 100)), 'silent-sensor')).toMatchObject(unknown)
  })

  it('leaves out what cannot be seen from where it looks', () => {
    const { sources, loadBalancer, funnel } = view(readingAt(0, { sensors: [sensorReading('i-1')] }))
    expect({ sources, loadBalancer, funnel }).toEqual({ sources: null, loadBalancer: null, funnel: [] })
  })
})
