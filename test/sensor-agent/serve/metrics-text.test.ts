import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelValues, metrics } from '../../../sensor-agent/metrics.ts'
import { createMetricsText } from '../../../sensor-agent/serve/metrics-text.ts'
import type { Publication } from '../../../sensor-agent/serve/publication.ts'
import type { Scrape } from '../../../sensor-agent/serve/series.ts'
import { toServedVerdict } from '../../../sensor-agent/serve/served-verdict.ts'
import { decodeExposition, type Family } from '../../support/exposition.ts'
import { calmWindow, fullReading, identity, publication } from '../../support/publication.ts'

const scrape = (last: Publication | undefined, changed: Partial<Scrape> = {}): Scrape => ({
  last,
  served: toServedVerdict(last?.verdict, 0.5, 15),
  ageSeconds: 0.5,
  identity: identity(),
  ...changed,
})
const render = async (what: Scrape): Promise<readonly Family[]> =>
  decodeExposition(await createMetricsText('text')(what))
const samples = (families: readonly Family[], name: string) =>
  families.find((family) => family.name === name)?.samples ?? []
const figure = (families: readonly Family[], name: string) => samples(families, name)[0]?.value
const failed = { ok: false, code: 'SENSOR_SOCKET_SILENT', fault: 'did not answer' } as const

describe('createMetricsText', () => {
  it('shows the whole catalogue, each metric with its help and type', async () => {
    const families = await render(scrape(publication()))
    expect(families.map(({ name, help, type }) => ({ name, help, type }))).toEqual(
      Object.values(metrics).map(({ name, help, type }) => ({ name, help, type })),
    )
  })

  it('stays within 150 series when every source answers', async () => {
    const families = await render(scrape(publication()))
    const series = families.flatMap((family) => family.samples)
    expect(series.length).toBeGreaterThan(70)
    expect(series.length).toBeLessThanOrEqual(150)
  })

  it('shows the figures of the publication', async () => {
    const families = await render(scrape(publication()))
    expect(figure(families, 'sensor_capture_packets_total')).toBe(1000)
    expect(figure(families, 'sensor_capture_drops_total')).toBe(100)
    expect(figure(families, 'sensor_capture_loss_ratio')).toBe(0.1)
    expect(figure(families, 'sensor_worker_busy_ratio_mean')).toBe(0.4)
    expect(figure(families, 'sensor_engine_up')).toBe(1)
    expect(figure(families, 'sensor_ready')).toBe(1)
    expect(figure(families, 'sensor_sample_age_seconds')).toBe(0.5)
    expect(samples(families, 'sensor_transactions_total')).toContainEqual({
      name: 'sensor_transactions_total',
      labels: { protocol: 'dns' },
      value: 20,
    })
    expect(samples(families, 'sensor_build_info')[0]?.labels).toEqual({
      version: '0.1.0',
      suricata: '7.0.10',
      node: '24.21.0',
    })
  })

  it('has threads only when asked', async () => {
    const name = 'sensor_thread_capture_packets_total'
    expect(samples(await render(scrape(publication())), name)).toEqual([])
    const asked = scrape(publication(), { identity: identity({ SENSOR_METRICS_PER_THREAD: true }) })
    expect(samples(await render(asked), name).map(({ labels }) => labels)).toEqual([
      { thread: 'W#01-eth0' },
      { thread: 'W#02-eth0' },
    ])
    expect(samples(await render(asked), 'sensor_thread_cpu_seconds_total')).toHaveLength(2)
  })

  it('leaves out what a failed source would have said, instead of showing 0', async () => {
    const toText = createMetricsText('text')
    await toText(scrape(publication()))
    const reading = { ...fullReading, 'iface-stat': failed, 'dump-counters': failed, ethtool: failed, disk: failed }
    const window = { ...calmWindow, capturePackets: null, suricataUp: false }
    const families = decodeExposition(await toText(scrape(publication({ reading, window }))))
    for (const gone of [
      'capture_packets_total',
      'capture_loss_ratio',
      'flows_total',
      'transactions_total',
      'disk_free_bytes',
      'ena_allowance_exceeded_total',
    ])
      expect(samples(families, `sensor_${gone}`), gone).toEqual([])
    expect(figure(families, 'sensor_engine_up')).toBe(0)
    expect(figure(families, 'sensor_interface_received_packets_total')).toBe(1010)
  })

  it('says that the engine is not up, rather than nothing, before the first sample', async () => {
    const families = await render(scrape(undefined))
    expect(figure(families, 'sensor_engine_up')).toBe(0)
    expect(figure(families, 'sensor_ready')).toBe(0)
    expect(samples(families, 'sensor_sample_age_seconds')).toEqual([])
    const stale = samples(families, 'sensor_finding').filter(({ value }) => value === 1)
    expect(stale.map(({ labels }) => labels)).toEqual([{ reason: 'verdict-stale' }])
  })

  it('shows the funnel in its order, and leaves out a place that nobody counts', async () => {
    const lost = (families: readonly Family[]) => samples(families, 'sensor_lost_packets_total')
    const whole = lost(await render(scrape(publication())))
    expect(whole.map(({ labels, value }) => [labels.place, value])).toEqual([
      ...[
        ['ena-allowance', 8] as const,
        ['interface', 0] as const,
        ['softnet', 0] as const,
        ['af-packet', 100] as const,
      ],
      ...[['decoder-invalid', 1] as const, ['memcap', 0] as const, ['stream', 4] as const, ['stream-gap', 3] as const],
      ['wrong-thread', 5],
    ])
    const reading = { ...fullReading, 'dump-counters': failed, ethtool: failed }
    const rest = lost(await render(scrape(publication({ reading }))))
    expect(rest.map(({ labels }) => labels.place)).toEqual(['interface', 'softnet', 'af-packet'])
  })

  it('shows how old every source is, older with every second', async () => {
    const ages = samples(await render(scrape(publication(), { ageSeconds: 2 })), 'sensor_source_age_seconds')
    expect(ages.map(({ labels }) => labels.source)).toEqual(labelValues.source)
    expect(ages.every(({ value }) => value === 2.5)).toBe(true)
  })

  it('marks exactly the present findings and the present status', async () => {
    const findings = [{ reason: 'disk-low', status: 'degraded', observed: 0.01, limit: 0.1 }] as const
    const verdict = { ready: true, status: 'degraded', findings } as const
    const families = await render(scrape(publication({ verdict })))
    const marked = (name: string) => samples(families, name).filter(({ value }) => value === 1)
    expect(marked('sensor_finding').map(({ labels }) => labels)).toEqual([{ reason: 'disk-low' }])
    expect(marked('sensor_status').map(({ labels }) => labels)).toEqual([{ status: 'degraded' }])
  })

  it('follows a counter down when the engine has started anew', async () => {
    const toText = createMetricsText('text')
    await toText(scrape(publication()))
    const reading = {
      ...fullReading,
      'iface-stat': { ok: true, value: { packets: 7, drops: 0, invalidChecksums: 0 } },
    } as const
    const families = decodeExposition(await toText(scrape(publication({ reading }))))
    expect(figure(families, 'sensor_capture_packets_total')).toBe(7)
  })

  it('does not mix two scrapes that run at once', async () => {
    const toText = createMetricsText('text')
    const [first, second] = await Promise.all([toText(scrape(publication())), toText(scrape(undefined))])
    expect(figure(decodeExposition(first), 'sensor_engine_up')).toBe(1)
    expect(figure(decodeExposition(second), 'sensor_engine_up')).toBe(0)
  })

  it('escapes and cuts names that others chose', async () => {
    const hostile = `"} 1\nsensor_engine_up 1\\${'x'.repeat(1000)}`
    const engine = { ...publication().engine, version: hostile }
    const cpu = { ok: true, value: [{ thread: `W#${hostile}`, cpuSeconds: 1, switches: 1 }] } as const
    const families = await render(
      scrape(publication({ engine, reading: { ...fullReading, 'thread-cpu': cpu } }), {
        identity: identity({ SENSOR_METRICS_PER_THREAD: true }),
      }),
    )
    expect(samples(families, 'sensor_engine_up')).toHaveLength(1)
    expect(samples(families, 'sensor_build_info')[0]?.labels.suricata?.length).toBeLessThan(120)
    expect(samples(families, 'sensor_thread_cpu_seconds_total')[0]?.labels.thread).toMatch(/^W#\\"\} 1\\u000asensor/)
  })

  it('renders whatever figures and names the sources give', async () => {
    const number = fc.oneof(fc.double(), fc.constant(-1), fc.constant(0), fc.maxSafeInteger())
    const toText = createMetricsText('text')
    const input = fc.record({ packets: number, drops: number, invalidChecksums: number })
    const window = fc.record({ capturePackets: number, captureDrops: number, countersAgeSeconds: number })
    await fc.assert(
      fc.asyncProperty(input, window, fc.string({ unit: 'binary' }), number, async (value, figures, version, age) => {
        const last = publication({
          reading: { ...fullReading, 'iface-stat': { ok: true, value } },
          window: { ...calmWindow, ...figures },
          engine: { ...publication().engine, version },
        })
        const families = decodeExposition(await toText(scrape(last, { ageSeconds: age })))
        expect(families).toHaveLength(Object.keys(metrics).length)
      }),
    )
  })
})
