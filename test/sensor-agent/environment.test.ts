import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Environment } from '../../sensor-agent/config.ts'
import { decodeEnvironment, toSettingsHelp } from '../../sensor-agent/environment.ts'

const names = Object.keys(Environment.properties)
const minimal = { SENSOR_ID: 'i-0abc' }

function complaintsOf(env: Record<string, string | undefined>): readonly string[] {
  const decoded = decodeEnvironment(env)
  return decoded.ok ? [] : decoded.complaints
}

describe('decodeEnvironment', () => {
  it('needs only the required settings and fills in the defaults', () => {
    const decoded = decodeEnvironment(minimal)
    expect(decoded.ok && decoded.environment).toEqual({
      ...Object.fromEntries(
        Object.entries(Environment.properties).map(([name, s]) => [name, Reflect.get(s, 'default')]),
      ),
      SENSOR_ID: 'i-0abc',
    })
  })

  it('reads numbers, booleans and choices into their types', () => {
    const decoded = decodeEnvironment({
      ...minimal,
      SENSOR_HTTP_PORT: '9200',
      SENSOR_SOCKET_DEADLINE_SECONDS: '0.5',
      SENSOR_METRICS_PER_THREAD: 'true',
      SENSOR_LOG_LEVEL: 'warn',
    })
    expect(decoded).toMatchObject({
      ok: true,
      environment: {
        SENSOR_HTTP_PORT: 9200,
        SENSOR_SOCKET_DEADLINE_SECONDS: 0.5,
        SENSOR_METRICS_PER_THREAD: true,
        SENSOR_LOG_LEVEL: 'warn',
      },
    })
  })

  it('ignores variables that are not SENSOR_*', () => {
    expect(decodeEnvironment({ ...minimal, PATH: '/bin', SENSORS: 'x', sensor_id: 'y' }).ok).toBe(true)
  })

  it.each([
    [{}, 'SENSOR_ID is missing; allowed is text that matches ^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$; set it'],
    [{ SENSOR_HTP_PORT: '1' }, 'SENSOR_HTP_PORT is not a setting of this agent; did you mean SENSOR_HTTP_PORT?'],
    [{ SENSOR_QUUX_FROBNICATE: '1' }, 'SENSOR_QUUX_FROBNICATE is not a setting of this agent; see --help; unset it'],
    [{ SENSOR_toString: '1' }, 'SENSOR_toString is not a setting of this agent; see --help; unset it'],
    [
      { SENSOR_HTTP_PORT: '80' },
      'SENSOR_HTTP_PORT is "80"; allowed is a whole number from 1024 to 65535; leave it unset for 9100',
    ],
    [
      { SENSOR_SOCKET_DEADLINE_SECONDS: '31' },
      'SENSOR_SOCKET_DEADLINE_SECONDS is "31"; allowed is a number from 0.1 to 30; leave it unset for 2',
    ],
    [
      { SENSOR_METRICS_PER_THREAD: 'TRUE' },
      'SENSOR_METRICS_PER_THREAD is "TRUE"; allowed is true or false; leave it unset for false',
    ],
    [
      { SENSOR_LOG_LEVEL: 'loud' },
      'SENSOR_LOG_LEVEL is "loud"; allowed is one of trace, debug, info, warn, error; leave it unset for info',
    ],
    [{ SENSOR_HTTP_HOST: '999' }, 'SENSOR_HTTP_HOST is "999"; allowed is an IPv4 or IPv6 address'],
    [
      { SENSOR_SAMPLE_SECONDS: '60' },
      'SENSOR_WINDOW_SECONDS is 10 with SENSOR_SAMPLE_SECONDS 60; a window needs at least two samples; ' +
        'lengthen the window or shorten the sample',
    ],
  ])('says what was given, what is allowed and what to do: %o', (env, complaint) => {
    expect(complaintsOf('SENSOR_ID' in env || Object.keys(env).length === 0 ? env : { ...minimal, ...env })).toEqual([
      complaint,
    ])
  })

  it.each(['10x', '1e3', '0x10', ' 9200', '9200 ', '+9200', '09200', '9200.0', '', 'NaN', 'Infinity', '9'.repeat(400)])(
    'refuses %j for a whole number',
    (text) => {
      expect(complaintsOf({ ...minimal, SENSOR_HTTP_PORT: text })).toHaveLength(1)
    },
  )

  it('prints hostile names and values bounded and escaped', () => {
    const [name, value] = complaintsOf({
      ...minimal,
      [`SENSOR_\u001b[2J\n${'A'.repeat(5000)}`]: '1',
      SENSOR_ZONE: `a\u001b[31m\n\u202e${'b'.repeat(5000)}`,
    })
    expect(name).toMatch(/^SENSOR_\\u001b\[2J\\u000aA+… \(5012 characters\) is not a setting/)
    expect(value).toMatch(/^SENSOR_ZONE is "a\\u001b\[31m\\u000a\\u202eb+… \(5008 characters\)"; allowed/)
    for (const complaint of [name, value]) expect(complaint?.length).toBeLessThan(300)
  })

  it('names every bad setting in one answer, and only those', () => {
    const bad = fc.uniqueArray(fc.constantFrom(...names, 'SENSOR_TYPO', 'SENSOR_', 'SENSOR_OTHER'), { minLength: 1 })
    fc.assert(
      fc.property(bad, (chosen) => {
        // No setting takes an empty value or a line feed.
        const env = { ...minimal, ...Object.fromEntries(chosen.map((name) => [name, '\n'])) }
        const complaints = complaintsOf(env)
        expect(complaints.map((complaint) => complaint.split(' ')[0]).sort()).toEqual([...chosen].sort())
      }),
    )
  })

  it('never speaks the language of schemas', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.string({ maxLength: 20 })), (env) => {
        for (const complaint of complaintsOf(env)) {
          expect(complaint).toMatch(/^SENSOR_[\x20-\x7e…]+$/)
          expect(complaint).not.toMatch(/schema|propert|undefined|must/i)
        }
      }),
    )
  })
})

describe('toSettingsHelp', () => {
  it('lists every setting with what is allowed and its default', () => {
    const lines = toSettingsHelp().split('\n')
    expect(lines.map((line) => line.trim().split(' ')[0])).toEqual(names)
    expect(lines[0]).toMatch(/\(required\)$/)
    expect(toSettingsHelp()).toContain('a whole number from 1024 to 65535 (default 9100)')
  })
})
