import { describe, expect, it } from 'vitest'
import { parseSynthOptions, usage } from '../../../infra/aws/synth-options.ts'

describe('the options of synth', () => {
  it('are none but the question for them', () => {
    expect(parseSynthOptions([])).toEqual({ ok: true, help: false })
    expect(parseSynthOptions(['--help'])).toEqual({ ok: true, help: true })
  })

  it('are refused with every complaint at once', () => {
    expect(parseSynthOptions(['-c', 'fleet=a.json', '--help=yes', '--outptu', 'x'])).toEqual({
      ok: false,
      complaints: [
        '-c: unknown option; known is --help',
        '--outptu: unknown option; known is --help',
        '--help: got the value "yes", takes none',
        'fleet=a.json: unexpected argument; to see what one description makes: npx cdk synth --quiet -c fleet=FILE',
        'x: unexpected argument; to see what one description makes: npx cdk synth --quiet -c fleet=FILE',
      ],
    })
  })

  it('are shown with the place that is written to and the exit codes', () => {
    for (const part of ['cdk.out', 'Exit codes', '--help']) expect(usage).toContain(part)
  })
})
