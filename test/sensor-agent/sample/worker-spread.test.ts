import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reading } from '../../../sensor-agent/sample/reading.ts'
import { toWorkerSpread } from '../../../sensor-agent/sample/worker-spread.ts'
import { fullReading } from '../../support/publication.ts'
import { readingOf } from '../../support/reading.ts'

/** A reading at which each worker had counted so many packets and drops. */
function readingAt(atSeconds: number, ...workers: readonly (readonly [packets: number, drops: number])[]): Reading {
  const engine = fullReading['dump-counters']
  if (!engine.ok) throw new Error(engine.fault)
  const counters = workers.map(([capturePackets, captureDrops], index) => ({
    ...{ thread: `W#0${index + 1}-ens5`, capturePackets, captureDrops },
    ...{ decodedPackets: capturePackets - captureDrops, polls: 1 },
  }))
  return { ...fullReading, atSeconds, 'dump-counters': { ok: true, value: { ...engine.value, workers: counters } } }
}

describe('the spread over the workers', () => {
  it('is of packets and drops per second over the window', () => {
    const { workers, packetsPerSecond, dropsPerSecond } = toWorkerSpread([
      readingAt(0, [100, 10], [200, 20]),
      readingAt(5, [300, 10], [250, 21]),
      readingAt(10, [400, 10], [300, 40]),
    ])
    expect(workers).toBe(2)
    expect(packetsPerSecond).toEqual({ max: 30, min: 10, mean: 20 })
    expect(dropsPerSecond).toEqual({ max: 2, min: 0, mean: 1 })
  })

  it.each([
    ['0 for an even share', [100, 100, 100, 100], 0],
    ['1 for all on one', [0, 0, 400, 0], 1],
    ['halfway for one that has half of the rest besides its own', [250, 50, 50, 50], 0.5],
    ['0 for a single worker', [100], 0],
    ['unknown without packets', [0, 0], null],
  ] as const)('gives an imbalance of %s', (_, packets, imbalance) => {
    const start = packets.map(() => [0, 0] as const)
    const end = packets.map((count) => [count, 0] as const)
    const { imbalanceRatio } = toWorkerSpread([readingAt(0, ...start), readingAt(10, ...end)])
    if (imbalance === null) expect(imbalanceRatio).toBeNull()
    else expect(imbalanceRatio).toBeCloseTo(imbalance, 10)
  })

  it('never leaves 0 to 1, whoever has what', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 1e12 }), { minLength: 1, maxLength: 64 })
    fc.assert(
      fc.property(counts, (packets) => {
        const end = packets.map((count) => [count, 0] as const)
        const ratio = toWorkerSpread([readingAt(0, ...packets.map(() => [0, 0] as const)), readingAt(1, ...end)])
        return ratio.imbalanceRatio === null || (ratio.imbalanceRatio >= 0 && ratio.imbalanceRatio <= 1)
      }),
    )
  })

  it('counts a worker that is new since it came', () => {
    const { packetsPerSecond } = toWorkerSpread([readingAt(0, [100, 0]), readingAt(10, [200, 0], [50, 0])])
    expect(packetsPerSecond).toEqual({ max: 10, min: 5, mean: 7.5 })
  })

  it('counts from zero after the engine started anew', () => {
    const { packetsPerSecond } = toWorkerSpread([readingAt(0, [1000, 0], [1000, 0]), readingAt(10, [40, 0], [20, 0])])
    expect(packetsPerSecond).toEqual({ max: 4, min: 2, mean: 3 })
  })

  it('is unknown when the engine said nothing, or spoke only once', () => {
    const silent = { ...readingOf({ uptime: null, cpu: null }), atSeconds: 10 }
    const unknown = { busyRatio: null, packetsPerSecond: null, dropsPerSecond: null, imbalanceRatio: null }
    expect(toWorkerSpread([])).toEqual({ workers: null, ...unknown })
    expect(toWorkerSpread([readingAt(0, [1, 0]), silent])).toEqual({ workers: null, ...unknown })
    expect(toWorkerSpread([readingAt(0, [1, 0])])).toMatchObject({ workers: 1, packetsPerSecond: null })
  })
})
