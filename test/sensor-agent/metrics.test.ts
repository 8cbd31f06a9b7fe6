import { describe, expect, it } from 'vitest'
import { reasons } from '../../healthcheck/verdict.ts'
import { labelValues, type Metric, metrics } from '../../sensor-agent/metrics.ts'
import { fullReading } from '../support/publication.ts'

const catalogue: readonly Metric[] = Object.values(metrics)

describe('the catalogue of metrics', () => {
  it('gives every metric a name of its own', () => {
    expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length)
  })

  it.each(catalogue)('$name keeps the naming rules of Prometheus', ({ name, type }) => {
    expect(name).toMatch(/^sensor_[a-z]+(_[a-z]+)*$/)
    expect(name.endsWith('_total')).toBe(type === 'counter')
    expect(name).not.toMatch(/milli|micro|kilo|mega|mebi|percent|_counter$|gauge/)
  })

  it.each(catalogue)('$name says in a sentence what it counts', ({ name, help }) => {
    expect(help).toMatch(/^[A-Z1][^"\\]{15,120}\.$/)
    if (name.endsWith('_ratio')) expect(help).toContain('0 to 1')
    if (name.includes('seconds')) expect(help).toMatch(/[Ss]econds/)
    if (name.includes('bytes')) expect(help).toMatch(/[Bb]ytes/)
  })

  it('closes the list of values of every label but those of threads and versions', () => {
    const open = Object.entries(labelValues).filter(([, values]) => values === null)
    expect(open.map(([label]) => label)).toEqual(['thread', 'version', 'suricata', 'node'])
  })

  it('knows every source and every reason', () => {
    expect([...labelValues.source].sort()).toEqual(
      Object.keys(fullReading)
        .filter((key) => key !== 'atSeconds')
        .sort(),
    )
    expect(labelValues.reason).toEqual([...reasons.map(({ reason }) => reason), 'verdict-stale'])
  })
})
