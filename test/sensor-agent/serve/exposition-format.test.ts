import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseFormat } from '../../../sensor-agent/serve/exposition-format.ts'

describe('the format of /metrics', () => {
  const prometheus =
    'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2'
  it.each([
    ['nothing', undefined, 'text'],
    ['what curl sends', '*/*', 'text'],
    ['what a browser sends', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text'],
    ['what Prometheus 2.42 sends', prometheus, 'openMetrics'],
    ['OpenMetrics alone', 'application/openmetrics-text', 'openMetrics'],
    ['OpenMetrics in other letters', 'Application/OpenMetrics-Text; Version=1.0.0', 'openMetrics'],
    ['OpenMetrics that is not wanted', 'application/openmetrics-text;q=0, */*', 'text'],
    ['OpenMetrics that is liked less', 'application/openmetrics-text;q=0.1, text/plain', 'text'],
    ['a version that we do not have', 'application/openmetrics-text;version=0.0.1', 'text'],
    ['a quality that is none', 'application/openmetrics-text;q=high, text/plain', 'text'],
    ['text alone', 'text/plain;version=0.0.4', 'text'],
    ['something else alone', 'application/json', 'text'],
  ])('for %s is %s → %s', (_, accept, format) => {
    expect(chooseFormat(accept)).toBe(format)
  })

  it('is one of the two for whatever a client sends', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (accept) => /^(text|openMetrics)$/.test(chooseFormat(accept))))
  })
})
