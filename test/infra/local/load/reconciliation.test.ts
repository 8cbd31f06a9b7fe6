import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FleetCounters, SensorCounters } from '../../../../infra/local/load/fleet-counters.ts'
import { type LoadObservation, reconcile } from '../../../../infra/local/load/reconciliation.ts'
import type { Station } from '../../../../infra/local/load/station.ts'
import { toLoadReport } from '../../../support/load-report.ts'

type Place = Station['place']
const places: readonly Place[] = ['generator', 'wire', 'load-balancer', 'sensor-link', 'sensor', 'af-packet', 'decoder']

interface Run {
  readonly packets: number
  /** Counted by the place itself. */
  readonly drops?: Partial<Record<Place, number>>
  /** Vanished between the place and the next, and nobody counted it. */
  readonly vanished?: Partial<Record<Place, number>>
}

/** The counters of a fleet of one or more sensors through which such a run went. */
function toObservation({ packets, drops = {}, vanished = {} }: Run, sensorCount = 1): LoadObservation {
  const came = new Map<Place, number>()
  let left = packets
  for (const place of places) {
    came.set(place, left)
    left -= (drops[place] ?? 0) + (vanished[place] ?? 0)
  }
  const at = (place: Place) => came.get(place) ?? 0
  const lost = (place: Place) => drops[place] ?? 0
  /** Any split of a count over the sensors has the same sum. */
  const share = (count: number, index: number) =>
    Math.floor(count / sensorCount) + (index === 0 ? count % sensorCount : 0)
  const counters: FleetCounters = {
    loadBalancer: { received: at('load-balancer'), forwarded: at('load-balancer') - lost('load-balancer') },
    sensors: Array.from({ length: sensorCount }, (_, index): SensorCounters => {
      const decoded = share(at('decoder'), index)
      return {
        id: `sensor-${index + 1}`,
        linkDrops: share(lost('sensor-link'), index),
        mirrored: share(at('sensor'), index),
        hasDevices: false,
        deviceDrops: share(lost('sensor'), index),
        deviceErrors: 0,
        captured: share(at('af-packet'), index),
        captureDrops: share(lost('af-packet'), index),
        decoded,
        tunnels: decoded - share(lost('decoder'), index),
        invalid: 0,
        flows: 0,
        restarts: 0,
      }
    }),
  }
  const report = toLoadReport({
    sent: { packets: packets - lost('generator'), bytes: 0 },
    refused: { packets: lost('generator'), reason: null },
    wire: { interface: 'mirror0', packets: at('wire') - lost('wire'), bytes: 0, drops: lost('wire') },
  })
  return { report, counters, logged: { http: 0, tls: 0, dns: 0, alert: 0 } }
}

const dropsByPlace = (stations: readonly Station[]) =>
  Object.fromEntries(stations.filter(({ drops }) => drops !== 0).map(({ place, drops }) => [place, drops]))

describe('a packet that is lost', () => {
  it.each(places)('at %s is named there and nowhere else', (place) => {
    const { stations, unaccounted } = reconcile(toObservation({ packets: 1000, drops: { [place]: 7 } }, 3))
    expect(dropsByPlace(stations)).toEqual({ [place]: 7 })
    expect(unaccounted).toBe(0)
  })

  // A sensor's link has no count of its own of what came: that is what the load balancer passed on. After the last place
  // nobody counts.
  it.each(places.filter((place) => place !== 'load-balancer' && place !== 'decoder'))(
    'after %s, uncounted, is unaccounted for, and the place is named',
    (place) => {
      const reconciliation = reconcile(toObservation({ packets: 1000, vanished: { [place]: 3 } }))
      expect(dropsByPlace(reconciliation.stations)).toEqual({})
      expect(reconciliation).toMatchObject({ unaccounted: 3, ok: false })
      expect(reconciliation.failures).toEqual([
        `3 packets are unaccounted for, allowed are 0: 3 vanished after ${place}`,
      ])
    },
  )

  it('is not made good by another that came too many', () => {
    const reconciliation = reconcile(toObservation({ packets: 1000, vanished: { wire: 5, 'af-packet': -5 } }))
    expect(reconciliation.unaccounted).toBe(10)
    expect(reconciliation.failures[0]).toMatch(/5 vanished after wire, 5 too many after af-packet/)
  })
})

describe('the waterfall', () => {
  const few = fc.integer({ min: 0, max: 100 })
  const losses = fc.record(Object.fromEntries(places.map((place) => [place, few])))

  it('adds up: sent = delivered + drops + vanished, for any losses and any number of sensors', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2000, max: 1e9 }), losses, losses, fc.integer({ min: 1, max: 20 }), (...run) => {
        const [packets, drops, lost, sensors] = run
        // After the last place nobody counts.
        const vanished = { ...lost, decoder: 0 }
        const { stations, unaccounted } = reconcile(toObservation({ packets, drops, vanished }, sensors))
        const last = stations.at(-1)
        const named = stations.reduce((sum, station) => sum + station.drops, 0)
        expect(named + unaccounted + (last ? last.packets - last.drops : 0)).toBe(packets)
        expect(stations.map((station) => station.drops)).toEqual(places.map((place) => drops[place]))
        expect(unaccounted).toBe(Object.values(vanished).reduce((sum, count) => sum + count, 0))
      }),
    )
  })
})

describe('the verdict', () => {
  const whole = toObservation({ packets: 100_000 })
  const withTruth = (truth: Partial<LoadObservation['report']['truth']>, observation = whole): LoadObservation => ({
    ...observation,
    report: { ...observation.report, truth: { ...observation.report.truth, ...truth } },
  })

  it('is ok when every packet and every transaction arrived', () => {
    const sent = withTruth({ transactions: { http: 3, tls: 2, dns: 4 }, alerts: 1 })
    expect(reconcile({ ...sent, logged: { http: 3, tls: 2, dns: 4, alert: 1 } })).toMatchObject({
      ok: true,
      failures: [],
      transactions: { http: { sent: 3, logged: 3 }, alert: { sent: 1, logged: 1 } },
    })
  })

  it.each([
    [2, 0, false],
    [4, 0, false],
    [2, 1, true],
    [4, 1, false],
  ])('%i HTTP events for 3 with %i packets dropped: ok is %s', (http, drops, ok) => {
    const observation = withTruth(
      { transactions: { http: 3, tls: 0, dns: 0 } },
      toObservation({ packets: 100_000, drops: { 'af-packet': drops } }),
    )
    expect(reconcile({ ...observation, logged: { http, tls: 0, dns: 0, alert: 0 } }).ok).toBe(ok)
  })

  it.each([
    [0, 1, false],
    [1, 100, true],
    [1, 101, false],
  ])('with %i drops named, %i of 100000 unaccounted for: ok is %s', (drops, vanished, ok) => {
    const run = { packets: 100_000, drops: { 'af-packet': drops }, vanished: { sensor: vanished } }
    expect(reconcile(toObservation(run)).ok).toBe(ok)
  })

  it('lets a decoder turn down as many packets as were malformed, and no transaction goes missing for that', () => {
    const turnedDown = toObservation({ packets: 1000, drops: { decoder: 10 } })
    expect(reconcile(withTruth({ malformedPackets: 10 }, turnedDown)).failures).toEqual([])
    expect(reconcile(withTruth({ malformedPackets: 9 }, turnedDown)).failures).toEqual([
      '10 packets were turned down for what is in them, and 9 malformed ones sent',
    ])
    const silent = withTruth({ malformedPackets: 10, transactions: { http: 1, tls: 0, dns: 0 } }, turnedDown)
    expect(reconcile(silent).failures).toEqual(['0 http events for 1 sent'])
  })

  it('says everything that is wrong at once', () => {
    const [sensor] = whole.counters.sensors
    const observation: LoadObservation = {
      report: { ...withTruth({ unfinishedFlows: 2 }).report, failure: 'no device' },
      counters: { ...whole.counters, sensors: sensor ? [{ ...sensor, restarts: 1 }] : [] },
      logged: { http: 0, tls: 0, dns: 0, alert: 1 },
    }
    expect(reconcile(observation).failures).toEqual([
      'the generator failed: no device',
      expect.stringMatching(/^2 flows were cut off/),
      'engines were restarted during the run: sensor-1',
      '1 alert events for 0 sent',
    ])
  })

  it('takes the wire for unknown where the generator had no interface', () => {
    const { stations, ok } = reconcile({ ...whole, report: { ...whole.report, wire: null } })
    expect(stations.map(({ place }) => place)).toEqual(places.filter((place) => place !== 'wire'))
    expect(ok).toBe(true)
  })
})
