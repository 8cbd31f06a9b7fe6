import { describe, expect, it } from 'vitest'
import { parseRegionLoadOptions, usage } from '../../../../infra/local/load/region-load-options.ts'

const parse = (...args: string[]) => parseRegionLoadOptions(['--region', ...args])
const complaintsOf = (...args: string[]): readonly string[] => {
  const parsed = parse(...args)
  return parsed.ok ? [] : parsed.complaints
}

describe('parseRegionLoadOptions', () => {
  it('hands the generator its options as they were given, and keeps its own', () => {
    const given = parse('--scenario', 'imix', '--pps=5k', '--seed', '7', '--sensors', '2', '--json')
    expect(given).toMatchObject({
      ok: true,
      options: {
        ...{ json: true, help: false, sensors: 2, decapsulation: null },
        generatorArgs: ['--scenario=imix', '--pps=5k', '--seed=7'],
        scenario: { name: 'imix', seed: 7, rate: { unit: 'packets', perSecond: 5000 } },
      },
    })
  })

  it('plays steady when nothing is asked for', () => {
    expect(parse()).toMatchObject({ ok: true, options: { scenario: { name: 'steady' }, generatorArgs: [] } })
  })

  it.each(['interface', 'target', 'pcap', 'replay', 'destination-mac', 'allow', 'encapsulation'])(
    'refuses --%s: where to and how is the region’s',
    (name) => {
      expect(complaintsOf(`--${name}`, 'x')).toEqual(
        expect.arrayContaining([`--${name}: not an option of --region; see npm run load -- --region --help`]),
      )
    },
  )

  it('lists every complaint at once, its own and the generator’s', () => {
    expect(
      complaintsOf('--sensors', '0', '--decapsulation', 'both', '--pps', 'many', '--nce', 'word', '--json=1'),
    ).toEqual([
      expect.stringMatching(/^--nce: not an option/),
      expect.stringMatching(/^word: unexpected argument/),
      expect.stringMatching(/^--json: got a value/),
      expect.stringMatching(/^--sensors: got "0", allowed is 1\.\.20/),
      expect.stringMatching(/^--decapsulation: got "both", allowed is suricata or kernel/),
      expect.stringMatching(/^--pps: got "many"/),
    ])
    expect(complaintsOf('--scenario', 'nothing-like-it')).toEqual([expect.stringMatching(/^--scenario: got/)])
    expect(complaintsOf('--seed', '1', '--seed', '2')).toEqual(['--seed: given twice, allowed is once'])
  })

  it('explains every option that it takes', () => {
    expect(parse('--help')).toMatchObject({ ok: true, options: { help: true } })
    expect(usage).toMatch(/--outer-ports[\s\S]*--decapsulation|--decapsulation[\s\S]*--outer-ports/)
  })
})
