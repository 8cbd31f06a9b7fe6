import { describe, expect, it } from 'vitest'
import type { FiringAlert, FleetView } from '../../../../../infra/local/console/messages.ts'
import { toChangeSentences, withKnown } from '../../../../../infra/local/console/page/change-words.ts'
import { fleetView, sensorView } from '../../../../support/console-view.ts'

const alert = (given: Partial<FiringAlert> = {}): FiringAlert => ({
  ...{ name: 'SensorDrops', severity: 'warning', summary: 'sensor-1 drops 3 %', description: '', sinceMilliseconds: 1 },
  ...given,
})
const firing = (...alerts: FiringAlert[]): FleetView =>
  fleetView({ alerts: { isRead: true, isWatched: true, firing: alerts } })
const failOpen = (isFailOpen: boolean): FleetView =>
  fleetView({ loadBalancer: { receivedPerSecond: 1, forwardedPerSecond: 1, noTargetPerSecond: 0, isFailOpen } })

const fires = 'Alert SensorDrops fires: sensor-1 drops 3 %.'
const ended = 'Alert SensorDrops no longer fires.'
const other = alert({ summary: 'sensor-2 drops 4 %.' })

const cases: readonly [about: string, before: FleetView, now: FleetView, said: readonly string[]][] = [
  ['nothing', fleetView(), fleetView({ atMilliseconds: 2 }), []],
  ['a sensor', fleetView(), fleetView({ sensors: [sensorView({ status: 'silent' })] }), ['sensor-1 is silent.']],
  ['a sensor more', fleetView({ sensors: [] }), fleetView(), ['sensor-1 is healthy.']],
  ['a sensor less', fleetView(), fleetView({ sensors: [] }), ['sensor-1 left.']],
  ['an alert with what it says', firing(), firing(alert()), [fires]],
  ['an alert that says nothing', firing(), firing(alert({ summary: '' })), ['Alert SensorDrops fires.']],
  ['an alert that ends', firing(alert()), firing(), [ended]],
  ['no other value in a summary', firing(alert()), firing(alert({ summary: 'sensor-1 drops 4 %' })), []],
  [
    'an alert that fires again',
    firing(alert()),
    firing(alert({ sinceMilliseconds: 2 })),
    [fires, 'One of the alerts SensorDrops has ended.'],
  ],
  ['two of one rule', firing(), firing(alert(), other), [fires, 'Alert SensorDrops fires: sensor-2 drops 4 %.']],
  ['the end of one of two', firing(alert(), other), firing(other), ['One of the alerts SensorDrops has ended.']],
  ['the end of both', firing(alert(), other), firing(), [ended, ended]],
  ['fail-open', failOpen(false), failOpen(true), ['Fail-open: no target is healthy, so all get traffic.']],
  ['the end of fail-open', failOpen(true), failOpen(false), ['Fail-open has ended: a target is healthy.']],
]

describe('what is not as it was', () => {
  it.each(cases)('is said of %s', (_about, before, now, said) => {
    expect(toChangeSentences(before, now)).toEqual(said)
  })

  it('is not said of what could not be read for a while', () => {
    const blind = fleetView({ alerts: { isRead: false, fault: 'refused' } })
    for (const view of [firing(alert()), failOpen(true)]) {
      const meanwhile = withKnown(view, blind)
      expect([
        ...toChangeSentences(view, meanwhile),
        ...toChangeSentences(meanwhile, withKnown(meanwhile, view)),
      ]).toEqual([])
    }
  })
})
