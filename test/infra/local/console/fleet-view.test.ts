import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toFleetView, toHistoryPoint, toLossRatio } from '../../../../infra/local/console/fleet-view.ts'
import type { FleetView, PlaceView } from '../../../../infra/local/console/messages.ts'
import type { ConsoleReading, PlaceReading, SensorReading } from '../../../../infra/local/console/source.ts'
import { readingAt, sensorReading } from '../../../support/console-reading.ts'

const source = { fleet: 'web', region: 'this machine', detectionSeconds: 12, windowSeconds: 10 }

function view(...readings: readonly ConsoleReading[]): FleetView {
  const made = toFleetView({ source, readings, events: 0, demonstration: null })
  if (made === null) throw new Error('no view of no reading')
  return made
}

const place = (name: string, packets: number | null, drops: number | null): PlaceReading => ({
  place: name,
  packets,
  drops,
})
const captured = (packets: number, drops: number) => [
  place('interface', packets, 0),
  place('af-packet', packets, drops),
]
const balancer = (receivedPackets: number, noTargetPackets = 0) => ({
  receivedPackets,
  forwardedPackets: receivedPackets - noTargetPackets,
  noTargetPackets,
  isFailOpen: false,
})
const mirror = (mirrored: number, skipped: number) => [{ name: 'source-1', zone: 'a', mirrored, skipped }]
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

describe('the loss ratio', () => {
  const of = (name: string, packetsPerSecond: number | null, dropsPerSecond: number | null, isTrace = false) => ({
    ...{ place: name, packetsPerSecond, dropsPerSecond, isTrace },
  })

  it.each([
    ['drops at every place over what the sources sent', [of('mirror-skip', 100, 5), of('af-packet', 90, 15)], 0.2],
    ['what the captures saw where sources cannot be seen', [of('interface', 50, 0), of('af-packet', 40, 4)], 0.1],
    ['over what was dropped before the capture too', [of('ena-allowance', null, 50), of('af-packet', 50, 0)], 0.5],
    ['without traces', [of('mirror-skip', 100, 0), of('stream-gap', null, 50, true)], 0],
    ['0 without traffic', [of('mirror-skip', 0, 0), of('af-packet', 0, 0)], 0],
    ['at most 1', [of('mirror-skip', 10, 0), of('softnet', null, 500)], 1],
    ['null when no packets are counted', [of('ena-allowance', null, 3)], null],
    ['null when no drops are counted', [of('mirror-skip', 10, null)], null],
  ])('is %s', (_, funnel, expected) => {
    expect(toLossRatio(funnel)).toBe(expected)
  })

  describe('is unknown while a sensor that gets traffic does not count', () => {
    const at = (second: number, mute: Partial<SensorReading> | null, other: Partial<SensorReading> = {}) => {
      const funnel = captured(second * 100, 0)
      const sensors = [sensorReading('i-1', { funnel, ...other }), sensorReading('i-2', { funnel, ...mute })]
      return readingAt(second * 1000, { sensors })
    }
    const lossOf = (...readings: readonly ConsoleReading[]) => toHistoryPoint(view(...readings), readings).lossRatio
    const silent: Partial<SensorReading> = { status: 'silent', funnel: [] }

    it('from its first reading to the last that has one in its window', () => {
      const readings = [at(0, null), at(2, null), at(4, silent), at(6, null)]
      expect(lossOf(...readings.slice(0, 2))).toBe(0)
      expect(lossOf(...readings.slice(0, 3))).toBeNull()
      expect(lossOf(...readings)).toBeNull()
      expect(lossOf(...readings, at(16, null))).toBe(0)
    })

    it.each<[string, Partial<SensorReading>, Partial<SensorReading>, number | null]>([
      ['is served', {}, {}, null],
      ['may be served: the load balancer’s word is unknown', { targetState: null }, { targetState: null }, null],
      [
        'is served as all are while no target is healthy',
        { targetState: 'unhealthy' },
        { targetState: 'unhealthy' },
        null,
      ],
      ['is out of service', { targetState: 'unhealthy' }, {}, 0],
      ['is not a target yet', { targetState: 'unused' }, { targetState: 'unhealthy' }, 0],
    ])('which it does where it %s', (_, mute, other, expected) => {
      expect(lossOf(at(0, null, other), at(1, { ...silent, ...mute }, other))).toBe(expected)
    })

    it('unless what goes to it is counted as lost', () => {
      const behind = (reading: ConsoleReading) => ({ ...reading, loadBalancer: balancer(0) })
      const forwardedPackets = 7
      const degraded: Partial<SensorReading> = { status: 'degraded', funnel: [], forwardedPackets }
      expect(lossOf(...[at(0, null), at(1, { ...silent, forwardedPackets })].map(behind))).toBe(0)
      expect(lossOf(...[at(0, null), at(1, degraded)].map(behind))).toBeNull()
    })
  })

  it('is null or in 0..1 for whatever is read', () => {
    const figure = fc.option(fc.nat(1e6))
    const reading = fc.record({
      mirrored: figure,
      skipped: figure,
      funnel: fc.array(
        fc.record({ place: fc.constantFrom('interface', 'af-packet', 'stream-gap'), packets: figure, drops: figure }),
        { maxLength: 4 },
      ),
    })
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 6 }), (read) => {
        const readings = read.map(({ mirrored, skipped, funnel }, second) =>
          readingAt(second * 1000, {
            sources: [{ name: 'source-1', zone: 'a', mirrored, skipped }],
            sensors: [sensorReading('sensor-1', { funnel })],
          }),
        )
        const { lossRatio } = toHistoryPoint(view(...readings), readings)
        expect(lossRatio ?? 0).toBeGreaterThanOrEqual(0)
        expect(lossRatio ?? 0).toBeLessThanOrEqual(1)
      }),
    )
  })
})
