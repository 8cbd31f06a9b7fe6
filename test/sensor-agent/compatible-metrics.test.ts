import { describe, expect, it } from 'vitest'
import {
  type CompatibleMetric,
  compatibleEngineMetrics,
  compatibleThreadMetrics,
} from '../../sensor-agent/compatible-metrics.ts'

const all: readonly CompatibleMetric[] = [...compatibleEngineMetrics, ...compatibleThreadMetrics]

describe('the table of compatible metrics', () => {
  it('reads no counter twice, and gives one name to two counters only with a label', () => {
    const paths = all.map(({ path }) => path.join('.'))
    expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([])
    const series = [
      ...compatibleThreadMetrics.map(({ name, label }) => `${name} ${label?.join('=')}`),
      ...compatibleEngineMetrics.map(({ name }) => name),
    ]
    expect(new Set(series).size).toBe(series.length)
  })

  it.each(all)('$name says what it counts, in words that need no escape', ({ name, help }) => {
    expect(name).toMatch(/^suricata_[a-z0-9]+(_[a-z0-9]+)*$/)
    expect(help).toMatch(/^[A-Z][^"\\]{3,80}\.$/)
  })
})
