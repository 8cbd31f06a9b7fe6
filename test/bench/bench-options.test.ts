import { describe, expect, it } from 'vitest'
import { parseBenchOptions, usualParts } from './bench-options.ts'

describe("the bench's command line", () => {
  it('measures everything unless parts are named, and saves then', () => {
    const options = { help: false, json: false, save: true, parts: usualParts }
    expect(parseBenchOptions([])).toEqual({ ok: true, options })
  })

  it('takes parts in the order of measuring, and flags among them', () => {
    expect(parseBenchOptions(['sensor', '--json', 'generator'])).toEqual({
      ok: true,
      options: { help: false, json: true, save: false, parts: ['generator', 'sensor'] },
    })
    expect(parseBenchOptions(['agent', '--save'])).toMatchObject({ options: { save: true, parts: ['agent'] } })
  })

  it('measures the metrics only when they are named', () => {
    expect(usualParts).not.toContain('metrics')
    expect(parseBenchOptions(['metrics'])).toMatchObject({ options: { save: false, parts: ['metrics'] } })
  })

  it('says all that is wrong at once', () => {
    const parsed = parseBenchOptions(['--jsn', 'fleets', '--save=yes', 'agent', 'agent', '-x'])
    expect(parsed.ok ? [] : parsed.complaints).toEqual([
      '--jsn: unknown option; see --help',
      '-x: unknown option; see --help',
      '--save: got the value "yes", takes none',
      '"fleets": no such part; allowed are generator, sensor, fleet, growth, agent, metrics',
      'agent: given twice, allowed is once',
    ])
  })
})
