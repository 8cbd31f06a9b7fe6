import { describe, expect, it } from 'vitest'
import { toFunnelRows, toFunnelSentence, toPlaceMeaning } from '../../../../../infra/local/console/page/funnel-rows.ts'
import { funnelPlaces } from '../../../../../sensor-agent/sample/funnel.ts'
import { fleetView, placeView } from '../../../../support/console-view.ts'

describe('funnel of the page', () => {
  it('explains each place that a sensor or the way to it counts', () => {
    const places = ['mirror-skip', 'load-balancer', ...funnelPlaces]
    expect(places.filter((place) => toPlaceMeaning(place).meaning === '')).toEqual([])
  })

  it('keeps the order, and shows a place that it does not know by its name', () => {
    const rows = toFunnelRows([placeView({ place: 'softnet' }), placeView({ place: 'new-place' })])
    expect(rows.map(({ title }) => title)).toEqual(['Softnet backlog', 'new-place'])
  })

  it('draws what came against the place with most, the lost part of it apart', () => {
    const rows = toFunnelRows([
      placeView({ packetsPerSecond: 200 }),
      placeView({ packetsPerSecond: 100, dropsPerSecond: 50 }),
      placeView({ packetsPerSecond: null, dropsPerSecond: 20 }),
      placeView({ packetsPerSecond: null, dropsPerSecond: null }),
    ])
    expect(rows.map(({ passedShare, droppedShare, ratio }) => [passedShare, droppedShare, ratio])).toEqual([
      [1, 0, 0],
      [0.25, 0.25, 0.5],
      [0, 0.1, null],
      [0, 0, null],
    ])
  })

  it('draws nothing out of nothing', () => {
    expect(toFunnelRows([placeView({ packetsPerSecond: 0 })])).toMatchObject([
      { passedShare: 0, droppedShare: 0, ratio: 0 },
    ])
  })

  it('sums up without the traces', () => {
    const trace = placeView({ place: 'stream-gap', dropsPerSecond: 9, isTrace: true })
    expect(toFunnelSentence(fleetView({ funnel: [placeView(), trace] }), 0)).toBe(
      'In the last 10 s nothing was lost at a place that counts.',
    )
    const losing = placeView({ dropsPerSecond: 2 })
    expect(toFunnelSentence(fleetView({ funnel: [losing, trace] }), 0.02)).toBe(
      'In the last 10 s, 2 packets/s were lost (2 % of the fleet’s packets), all at: AF_PACKET ring.',
    )
  })

  it('says how many places nobody counts', () => {
    const dark = placeView({ place: 'ena-allowance', packetsPerSecond: null, dropsPerSecond: null })
    expect(toFunnelSentence(fleetView({ funnel: [placeView(), dark] }), 0)).toContain(
      '1 place cannot be counted from here',
    )
    expect(toFunnelSentence(fleetView({ funnel: [dark] }), null)).toBe('No place can be counted from here now.')
  })
})
