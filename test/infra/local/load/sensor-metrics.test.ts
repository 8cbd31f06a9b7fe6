import { describe, expect, it } from 'vitest'
import { decodeMetrics, sensorSeries } from '../../../../infra/local/load/sensor-metrics.ts'
import { metrics } from '../../../../sensor-agent/metrics.ts'

const text = Object.values(sensorSeries)
  .map((name, index) => `# HELP ${name} text\n# TYPE ${name} counter\n${name} ${index + 1}\n`)
  .join('\n')

describe('decodeMetrics', () => {
  it('finds every series by its name', () => {
    const decoded = decodeMetrics(`${text}\nsensor_finding{reason="loss"} 0\n`)
    expect(decoded && Object.values(decoded)).toEqual(Object.keys(sensorSeries).map((_, index) => index + 1))
  })

  it('is null while one is absent: its source has not answered', () => {
    expect(decodeMetrics(text.replace(/^sensor_flows_total .*\n/m, ''))).toBe(null)
    expect(decodeMetrics('')).toBe(null)
  })

  it('asks for series without labels that the agent exports', () => {
    const exported = Object.values(metrics).flatMap(({ name, labels }) => (labels.length === 0 ? [name] : []))
    expect(exported).toEqual(expect.arrayContaining(Object.values(sensorSeries)))
  })
})
