import { describe, expect, it } from 'vitest'
import { decodeCommandLine, toHelp } from '../../sensor-agent/command-line.ts'

describe('decodeCommandLine', () => {
  it.each([
    [[], 'run'],
    [['--check'], 'check'],
    [['--help'], 'help'],
    [['--version'], 'version'],
  ])('%j is %s', (args, action) => {
    expect(decodeCommandLine(args)).toEqual({ ok: true, action })
  })

  it.each([
    [['--chek'], 'unknown option "--chek"; did you mean --check?'],
    [['run'], 'unknown option "run"; allowed is one of --help, --version, --check'],
    [['toString'], 'unknown option "toString"; allowed is one of --help, --version, --check'],
    [['--check', '--version'], '--check stands alone, got 2 arguments'],
    [['\u001b[2J'], 'unknown option "\\u001b[2J"; allowed is one of --help, --version, --check'],
  ])('refuses %j', (args, complaint) => {
    expect(decodeCommandLine(args)).toEqual({ ok: false, complaint })
  })
})

describe('toHelp', () => {
  it('fits a terminal but for the settings', () => {
    const [text = ''] = toHelp().split('settings, all')
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(120)
  })

  it.each(['--check', '--version', '--help', 'examples:', 'SENSOR_HTTP_PORT', 'exit code:', 'SIGHUP'])(
    'tells of %s',
    (word) => {
      expect(toHelp()).toContain(word)
    },
  )
})
