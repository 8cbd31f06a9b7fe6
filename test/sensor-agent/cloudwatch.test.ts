import { describe, expect, it } from 'vitest'
import {
  type CloudWatchMetricName,
  cloudWatchMetrics,
  type Interval,
  toDropsByPlace,
} from '../../sensor-agent/cloudwatch.ts'
import { failed } from '../../sensor-agent/read/answer.ts'
import type { Reading } from '../../sensor-agent/sample/reading.ts'
import type { Publication } from '../../sensor-agent/serve/publication.ts'
import type { ServedVerdict } from '../../sensor-agent/serve/served-verdict.ts'
import { fullReading, publication } from '../support/publication.ts'

const healthy: ServedVerdict = { ready: true, status: 'healthy', findings: [] }
const unhealthy: ServedVerdict = { ready: false, status: 'unhealthy', findings: [] }
const draining: ServedVerdict = {
  ...unhealthy,
  findings: [{ reason: 'draining', status: 'unhealthy', observed: 1, limit: 0 }],
}
const down = failed('SENSOR_ENGINE_ABSENT', 'iface-stat')

/** A publication whose engine has captured and dropped so many, with a worker that has used so much CPU. */
const at = (atSeconds: number, packets: number, drops: number, cpuSeconds: number, changed: Partial<Reading> = {}) =>
  publication({
    reading: {
      ...fullReading,
      atSeconds,
      'iface-stat': { ok: true, value: { packets, drops, invalidChecksums: 0 } },
      'thread-cpu': { ok: true, value: [{ thread: 'W#01-eth0', cpuSeconds, switches: 1 }] },
      ...changed,
    },
  })

const read = (name: CloudWatchMetricName, publications: Publication[], served: ServedVerdict = healthy) => {
  const interval: Interval = { publications, served }
  return cloudWatchMetrics[name].read(interval)
}
const minute = [at(100, 1000, 10, 5), at(130, 1500, 10, 20), at(160, 3000, 60, 35)]

describe('what a sensor puts', () => {
  it.each<[CloudWatchMetricName, number]>([
    ['WorkerBusyPercent', 50],
    ['LossPercent', 2.5],
    ['Packets', 2000],
    ['Drops', 50],
    ['EnaAllowanceExceeded', 0],
    ['Ready', 1],
    ['Degraded', 0],
    ['Broken', 0],
    ['Sensors', 1],
  ])('%s is counted from the last put on, and is put when it is 0', (name, value) => {
    expect(read(name, minute)).toBeCloseTo(value)
  })

  it('counts across a restart of the engine, and across samples in which a source failed', () => {
    const restarted = [at(100, 1000, 10, 5), at(110, 0, 0, 0, { 'iface-stat': down }), at(120, 400, 100, 1)]
    expect(read('Packets', restarted)).toBe(400)
    expect(read('LossPercent', restarted)).toBe(25)
    const blind = [...minute, at(161, 0, 0, 0, { 'iface-stat': down, 'thread-cpu': down })]
    expect(read('Packets', blind)).toBe(2000)
    expect(read('WorkerBusyPercent', blind)).toBeCloseTo(50)
  })

  it('leaves out what nobody knows, instead of a 0 that reads as "all is well"', () => {
    const nothing = { 'iface-stat': down, 'thread-cpu': down, ethtool: down } satisfies Partial<Reading>
    const unknown = [at(100, 0, 0, 0, nothing), at(160, 0, 0, 0, nothing)]
    for (const name of ['WorkerBusyPercent', 'LossPercent', 'EnaAllowanceExceeded'] as const)
      expect(read(name, unknown)).toBeNull()
    for (const name of ['Packets', 'LossPercent', 'Drops'] as const) expect(read(name, [at(160, 5, 5, 5)])).toBeNull()
    expect(read('Sensors', unknown)).toBe(1)
  })

  it('says how busy a sensor is only while it is ready: one without traffic would hide those that have it', () => {
    expect(read('WorkerBusyPercent', minute, unhealthy)).toBeNull()
  })
})

describe('a sensor that is broken', () => {
  const starting = publication({
    engine: { phase: 'starting', pid: 1, version: null, restarts: 0, adoptions: 0, landlocked: null },
  })
  const failing = publication({ engine: { ...starting.engine, restarts: 1 } })
  it.each<[string, Publication[], ServedVerdict, number]>([
    ['is unhealthy', minute, unhealthy, 1],
    ['is none that drains', minute, draining, 0],
    ['is none that loads its rules for the first time', [starting], unhealthy, 0],
    ['is one whose first engine failed', [failing], unhealthy, 1],
    ['is none that is degraded', minute, { ...healthy, status: 'degraded' }, 0],
  ])('%s', (_, publications, served, broken) => {
    expect(read('Broken', publications, served)).toBe(broken)
  })
})

describe('drops by place', () => {
  it('name every place, and add up to all drops but for those that only show where a loss began', () => {
    const dump = fullReading['dump-counters']
    if (!dump.ok) throw new Error('the fixture has no counters')
    const later = {
      ok: true,
      value: { ...dump.value, reassemblyGaps: dump.value.reassemblyGaps + 7, invalidPackets: 5 },
    } as const
    const publications = [...minute, at(170, 3000, 60, 35, { 'dump-counters': later })]
    const places = toDropsByPlace({ publications, served: healthy })
    expect(places).toContainEqual({ place: 'af-packet', drops: 50 })
    expect(places).toContainEqual({ place: 'stream-gap', drops: 7 })
    expect(read('Drops', publications)).toBe(50 + 5 - dump.value.invalidPackets)
  })
})
