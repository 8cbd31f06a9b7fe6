import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../../sensor-agent/lifecycle/aws-call.ts'
import { createCloudWatchPublisher, toKept } from '../../../sensor-agent/publish/cloudwatch-publisher.ts'
import type { MetricDatum } from '../../../sensor-agent/publish/metric-data.ts'
import { everyTick } from '../../../sensor-agent/ticks.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { fullReading, publication } from '../../support/publication.ts'

const done: Outcome<void> = { kind: 'answered', value: undefined }
const refused: Outcome<void> = { kind: 'failed', name: 'Throttling', message: '', fault: 'refused' }
const lost: Outcome<void> = { kind: 'unanswered', fault: 'lost' }

interface Given {
  readonly minutes: number
  /** What becomes of each put, in order; the last one stands for all after it. */
  readonly outcomes?: readonly Outcome<void>[]
  readonly isReporting?: () => boolean
  /** No more publications after so many seconds. */
  readonly publishSeconds?: number
  readonly sampleSeconds?: number
}

/** A sensor that captures ten packets a second, and publishes once a second, unless told otherwise. */
async function run(given: Given) {
  const { minutes, outcomes = [done], isReporting = () => true, publishSeconds = Infinity, sampleSeconds = 1 } = given
  const clock = manualClock(0)
  const stop = new AbortController()
  const puts: MetricDatum[][] = []
  const logged: string[] = []
  const publisher = createCloudWatchPublisher({
    group: 'fleet-sensors',
    put: async (data) => {
      puts.push(data)
      return outcomes[Math.min(puts.length, outcomes.length) - 1] ?? done
    },
    isReporting,
    staleAfterSeconds: 12,
    clock,
    log: ({ message }) => void logged.push(message),
  })
  const sample = async (): Promise<void> => {
    const atSeconds = clock.nowSeconds()
    if (atSeconds >= minutes * 60 + 1) return stop.abort()
    if (atSeconds > publishSeconds) return
    const capture = { ok: true, value: { packets: atSeconds * 10, drops: 0, invalidChecksums: 0 } } as const
    publisher.publish(publication({ atSeconds, reading: { ...fullReading, atSeconds, 'iface-stat': capture } }))
  }
  await Promise.all([everyTick(clock, sampleSeconds, stop.signal, sample), publisher.run(stop.signal)])
  const of = (name: string) => puts.map((data) => data.find(({ MetricName }) => MetricName === name)?.Value)
  return { puts, of, logged }
}

describe('the publisher', () => {
  it('puts once a minute, and counts every packet once', async () => {
    const { of } = await run({ minutes: 3 })
    const packets = of('Packets')
    expect(packets.length).toBeGreaterThanOrEqual(3)
    expect(packets.every((count) => count === undefined || count <= 610)).toBe(true)
    expect(packets.reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBeGreaterThanOrEqual(1790)
    expect(packets.reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBeLessThanOrEqual(1810)
  })

  it('makes up for a put that was refused with the next one, and for one that may have arrived not', async () => {
    const sum = (values: readonly (number | undefined)[]) => values.reduce<number>((all, each) => all + (each ?? 0), 0)
    const after = await run({ minutes: 3, outcomes: [done, refused, done] })
    const taken = sum(after.of('Packets').filter((_, index) => index !== 1))
    expect(taken).toBeGreaterThanOrEqual(1790)
    expect(taken).toBeLessThanOrEqual(1810)
    const doubtful = await run({ minutes: 3, outcomes: [done, lost, done] })
    expect(sum(doubtful.of('Packets'))).toBeLessThanOrEqual(1810)
  })

  it.each([1, 10])('makes up for two minutes at most, with a sample every %s s', async (sampleSeconds) => {
    const { of } = await run({ minutes: 6, outcomes: [refused], sampleSeconds })
    const packets = of('Packets').filter((count) => count !== undefined)
    expect(Math.max(...packets)).toBeGreaterThanOrEqual(1190)
    expect(Math.max(...packets)).toBeLessThanOrEqual(1280)
  })

  it('keeps no counters for suricata_exporter, which no metric reads: with many threads they are megabytes', () => {
    const { 'dump-counters': dump } = fullReading
    if (!dump.ok) throw new Error('the fixture has no counters')
    const compatible = { engine: [1], threads: [], detectEngines: [] }
    const reading = { ...fullReading, 'dump-counters': { ...dump, value: { ...dump.value, compatible } } }
    const [kept] = toKept([], publication({ reading }))
    expect(kept).toEqual(publication({ reading: { ...fullReading, 'dump-counters': dump } }))
  })

  it('says once that puts fail, and once that they arrive again', async () => {
    const { logged } = await run({ minutes: 6, outcomes: [done, refused, refused, lost, done] })
    expect(logged).toEqual(['refused', 'CloudWatch takes metrics again'])
  })

  it('puts nothing while the sensor does not count among those of its group', async () => {
    expect((await run({ minutes: 3, isReporting: () => false })).puts).toEqual([])
  })

  it('says not ready when the last publication is stale', async () => {
    const { of } = await run({ minutes: 3, publishSeconds: 90 })
    expect(of('Ready').at(-1)).toBe(0)
    expect(of('Broken').at(-1)).toBe(1)
    expect(of('Sensors').at(-1)).toBe(1)
  })
})
