import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toCaptureTotal, toReceivedPackets } from '../../../sensor-agent/sample/window-total.ts'
import { readingOf, type Seen } from '../../support/reading.ts'

const received = (...seen: readonly Seen[]) =>
  toReceivedPackets(seen.map((one, atSeconds) => readingOf({ atSeconds, ...one })))
const captured = (...seen: readonly Seen[]) =>
  toCaptureTotal(seen.map((one, atSeconds) => readingOf({ atSeconds, ...one })))?.counts ?? null

describe('received packets', () => {
  it.each<[string, readonly Seen[], number | null]>([
    ['all that came', [{ received: 10 }, { received: 110 }], 100],
    [
      'less the node’s own',
      [
        { received: 10, own: 5 },
        { received: 110, own: 35 },
      ],
      70,
    ],
    [
      'own traffic on loopback aside',
      [
        { own: 5, loopback: 1 },
        { received: 100, own: 35, loopback: 21 },
      ],
      90,
    ],
    ['loopback of another life', [{ loopback: 900 }, { received: 100, own: 30, loopback: 0 }], 70],
    ['more own than received is nothing', [{}, { received: 1, own: 30 }], 0],
    ['the interface was made anew', [{ received: 500 }, { received: 20 }], 20],
    ['only one reading', [{ received: 10 }], null],
    ['a failure in between is bridged', [{ received: 10 }, { received: null }, { received: 110 }], 100],
    ['a failure now leaves it unknown', [{ received: 10 }, { received: 60 }, { received: null }], null],
    ['so does one of the own traffic', [{ received: 10 }, { received: 60 }, { received: 70, own: null }], null],
    ['no second good answer', [{ received: null }, { received: 60 }], null],
  ])('%s', (_, seen, packets) => {
    expect(received(...seen)).toBe(packets)
  })

  it('are never negative', () => {
    const seen = fc.record({ received: fc.option(fc.nat()), own: fc.option(fc.nat()), loopback: fc.nat() })
    fc.assert(
      fc.property(fc.array(seen), (all) => {
        expect(received(...all) ?? 0).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('captured packets', () => {
  it.each<[string, readonly Seen[], readonly number[] | null]>([
    [
      'come from iface-stat',
      [
        { packets: 1, drops: 0, uptime: null },
        { packets: 9, drops: 2, uptime: null },
      ],
      [8, 2],
    ],
    ['come from neither when both fail', [{ packets: 1 }, { packets: null, uptime: null }], null],
  ])('%s', (_, seen, counts) => {
    expect(captured(...seen)).toEqual(counts)
  })

  it('come from dump-counters alone while iface-stat fails, never from both', () => {
    const readings = [
      readingOf({ atSeconds: 0, packets: 1000 }),
      readingOf({ atSeconds: 1, packets: 1500 }),
      readingOf({ atSeconds: 2, packets: 1700 }),
    ].map((reading, index) => {
      const live = index < 2 ? reading['iface-stat'] : readingOf({ packets: null })['iface-stat']
      const counters = reading['dump-counters']
      if (!counters.ok) throw new Error(counters.fault)
      // The snapshot lags behind: 900, 900, 1600.
      const capturePackets = [900, 900, 1600][index] ?? 0
      return {
        ...reading,
        'iface-stat': live,
        'dump-counters': { ok: true, value: { ...counters.value, capturePackets } } as const,
      }
    })
    expect(toCaptureTotal(readings)?.counts).toEqual([700, 0])
  })
})
