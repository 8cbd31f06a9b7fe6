import { describe, expect, it } from 'vitest'
import { parseOptions } from '../../../infra/local/options.ts'

const parsed = (...args: string[]) => parseOptions(args)

describe('parseOptions', () => {
  it('runs until Ctrl-C with the default fleet when nothing is said', () => {
    expect(parsed()).toEqual({
      ok: true,
      options: { once: false, json: false, help: false, fleetFile: null, sensors: null, sources: null, port: 8080 },
    })
  })

  it.each([
    [['--once', '--json'], { once: true, json: true }],
    [['--sensors', '5', '--sources=3'], { sensors: 5, sources: 3 }],
    [['--fleet', 'my fleet.json'], { fleetFile: 'my fleet.json' }],
    [['--help'], { help: true }],
    [['--port', '18080'], { port: 18_080 }],
  ])('reads %j', (args, expected) => {
    expect(parsed(...args)).toMatchObject({ ok: true, options: expected })
  })

  it.each([
    [['--onec'], '--onec: unknown option; known are --once, --json, --help, --fleet, --sensors, --sources, --port'],
    [['now'], 'now: unexpected argument; options start with --'],
    [['--once=yes'], '--once: got a value, takes none'],
    [['--sensors', '0'], '--sensors: got 0, allowed is 1..20'],
    [['--sensors', '3x'], '--sensors: got 3x, allowed is 1..20'],
    [['--sources'], '--sources: got nothing, allowed is 1..20'],
    [['--port', '65536'], '--port: got 65536, allowed is 1..65535'],
    [['--port'], '--port: got nothing, allowed is 1..65535'],
    [['--once', '--port', '80'], '--port: not with --once, which has no console'],
    [['--fleet'], '--fleet: got nothing, takes the path of a JSON file'],
    [['--json'], '--json: only with --once; without it there is no end to summarise'],
  ])('refuses %j and says what is allowed', (args, complaint) => {
    expect(parsed(...args)).toEqual({ ok: false, complaints: [complaint] })
  })

  it('lists everything that is wrong at once', () => {
    const result = parsed('--onec', 'now', '--sensors', '99', '--sources', '-1', '--json')
    expect(result.ok ? [] : result.complaints).toHaveLength(5)
  })
})
