import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compatibleEngineMetrics, compatibleThreadMetrics } from '../../../sensor-agent/compatible-metrics.ts'
import { decodeCompatible } from '../../../sensor-agent/read/compatible-counters.ts'
import type { CompatibleThread } from '../../../sensor-agent/sample/reading.ts'
import { suricataMessage } from '../../support/suricata-fixture.ts'

const recorded = suricataMessage('dump-counters-7.0.10')
const figure = (thread: CompatibleThread | undefined, name: string) =>
  thread?.values[compatibleThreadMetrics.findIndex((metric) => metric.name === name)]

describe('decodeCompatible', () => {
  it('takes workers, flow managers and recyclers apart', () => {
    const { threads } = decodeCompatible(recorded, 'each')
    const byName = new Map(threads.map((thread) => [thread.thread, thread]))
    expect(figure(byName.get('W#01-ms1'), 'suricata_capture_kernel_packets_total')).toBe(41_888)
    expect(figure(byName.get('FM#01'), 'suricata_flow_mgr_flow_timeout_total')).toBe(650)
    expect(figure(byName.get('FR#01'), 'suricata_flow_recycler_recycled_total')).toBe(642)
    expect(figure(byName.get('FR#01'), 'suricata_flow_active_flows')).toBeNull()
    expect(byName.get('W#01-ms1')?.flows.length).toBeGreaterThan(20)
    expect(byName.get('FM#01')?.flows).toEqual([])
  })

  it('has one thread for all, with the figures that the engine added up', () => {
    const { threads } = decodeCompatible(recorded, 'total')
    expect(threads.map(({ thread }) => thread)).toEqual(['Total'])
    expect(figure(threads[0], 'suricata_capture_kernel_packets_total')).toBe(80_153)
    expect(figure(threads[0], 'suricata_flow_mgr_flow_timeout_total')).toBe(650)
    expect(threads[0]?.flows).toContainEqual(['http', 5])
  })

  it('reads the figures of the engine as a whole', () => {
    const { engine } = decodeCompatible(recorded, 'total')
    const at = compatibleEngineMetrics.findIndex(({ name }) => name === 'suricata_flow_spare')
    expect(engine[at]).toBe(9942)
  })

  it('takes whatever is there, and throws at nothing', () => {
    const metrics = compatibleThreadMetrics.length
    for (const message of [null, 7, {}, { threads: [] }, { threads: { 'W#01-ens5': null } }]) {
      expect(decodeCompatible(message, 'each').threads).toEqual([])
      expect(decodeCompatible(message, 'total').threads[0]?.values).toEqual(Array(metrics).fill(null))
    }
    fc.assert(
      fc.property(fc.jsonValue(), (counters) => {
        const { threads } = decodeCompatible({ threads: { 'W#01-ens5': counters } }, 'each')
        return threads.every(({ values }) => values.every((value) => value === null || value >= 0))
      }),
    )
  })
})
