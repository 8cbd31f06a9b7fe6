import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHistoryPoint, toLossRatio } from '../../../../infra/local/console/history-point.ts'
import type { ConsoleReading, SensorReading } from '../../../../infra/local/console/source.ts'
import { balancer, captured, readingAt, sensorReading, viewOf as view } from '../../../support/console-reading.ts'

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
