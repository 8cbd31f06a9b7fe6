import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { list, rows, toYaml } from '../../../sensor-agent/suricata/yaml.ts'

describe('toYaml', () => {
  it('nests mappings and lists by indentation, and puts the reason above its line', () => {
    const text = toYaml([
      ['runmode', 'workers', 'a reason'],
      ['stats', rows(['enabled', true], ['interval', 1])],
      ['outputs', list('flow', rows(['stats', rows(['totals', false])]))],
    ])
    expect(text).toBe(
      [
        '# a reason',
        'runmode: "workers"',
        'stats:',
        '  enabled: yes',
        '  interval: 1',
        'outputs:',
        '  - "flow"',
        '  -',
        '    stats:',
        '      totals: no',
        '',
      ].join('\n'),
    )
  })

  it('keeps any text within one quoted scalar on one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const lines = toYaml([['key', text]]).split('\n')
        expect(lines).toHaveLength(2)
        expect(JSON.parse(lines[0]?.slice('key: '.length) ?? '')).toBe(text)
      }),
    )
  })
})
