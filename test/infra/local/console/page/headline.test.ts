import { describe, expect, it } from 'vitest'
import type { FiringAlert } from '../../../../../infra/local/console/messages.ts'
import { toHeadline } from '../../../../../infra/local/console/page/headline.ts'
import { fleetView, sensorView } from '../../../../support/console-view.ts'

const alert: FiringAlert = {
  ...{ name: 'SensorSilent', severity: 'critical', summary: 's', description: 'd', sinceMilliseconds: 0 },
}

const unasked = { isRead: false, isAsked: false, fault: 'none given' } as const

describe('headline of the page', () => {
  it('is calm while all is well', () => {
    expect(toHeadline(fleetView(), 0)).toEqual({
      level: 'healthy',
      sentence: '1 sensor healthy · nothing lost in the last 10 s',
    })
  })

  it('says what is wrong before what is well', () => {
    const sensors = [sensorView(), sensorView({ id: 'sensor-2', status: 'silent' })]
    expect(toHeadline(fleetView({ sensors }), 0.0001)).toEqual({
      level: 'unhealthy',
      sentence: 'sensor-2 silent · 1 of 2 sensors healthy · 0.01 % lost in the last 10 s',
    })
  })

  it('shouts fail-open first', () => {
    const rates = { receivedPerSecond: 1, forwardedPerSecond: 1, noTargetPerSecond: 0 }
    const { level, sentence } = toHeadline(fleetView({ loadBalancer: { ...rates, isFailOpen: true } }), 0)
    expect([level, sentence.startsWith('FAIL-OPEN')]).toEqual(['unhealthy', true])
  })

  it('names a few sensors and counts the rest', () => {
    const sensors = [1, 2, 3, 4, 5].map((n) => sensorView({ id: `sensor-${n}`, status: 'silent' }))
    expect(toHeadline(fleetView({ sensors }), 0).sentence).toContain(
      'sensor-3 silent and 2 more · 0 of 5 sensors healthy',
    )
  })

  it.each([
    ['no sensors', fleetView({ sensors: [] }), 0, 'unhealthy'],
    ['loss in the last 10 s unknown', fleetView(), null, 'degraded'],
    ['alerting does not work', fleetView({ alerts: { isRead: false, fault: 'refused' } }), 0, 'degraded'],
    ['alerting does not work', fleetView({ alerts: { isRead: true, isWatched: false, firing: [] } }), 0, 'degraded'],
    ['nothing lost in the last 10 s', fleetView({ alerts: unasked }), 0, 'healthy'],
    ['1 alert firing', fleetView({ alerts: { isRead: true, isWatched: true, firing: [alert] } }), 0, 'unhealthy'],
    ['1 thing could not be read', fleetView({ faults: ['CloudWatch: denied'] }), 0, 'degraded'],
  ] as const)('says: %s', (words, view, lossRatio, expected) => {
    const { level, sentence } = toHeadline(view, lossRatio)
    expect([sentence.includes(words), level]).toEqual([true, expected])
  })
})
