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
    [
      { SENSOR_LAUNCH_HOOK: 'fleet-launch' },
      'SENSOR_LAUNCH_HOOK is set without SENSOR_AUTO_SCALING_GROUP; set that too, or unset SENSOR_LAUNCH_HOOK',
    ],
    [
      { SENSOR_CLOUDWATCH_NAMESPACE: 'MirrorFleet' },
      'SENSOR_CLOUDWATCH_NAMESPACE is set without SENSOR_AUTO_SCALING_GROUP; set that too, or unset SENSOR_CLOUDWATCH_NAMESPACE',
    ],
    [
      { SENSOR_AUTO_SCALING_GROUP: 'fleet-sensors' },
      'SENSOR_ID is "i-0abc" with SENSOR_AUTO_SCALING_GROUP; allowed is the instance id that the group knows, such as ' +
        'i-0123456789abcdef0; set it to that, or unset SENSOR_AUTO_SCALING_GROUP',
    ],
    [
      { SENSOR_DECAPSULATION: 'hardware' },
      'SENSOR_DECAPSULATION is "hardware"; allowed is one of suricata, kernel; leave it unset for suricata',
    ],
    [
      { SENSOR_DECAPSULATION: 'kernel' },
      'SENSOR_VNIS is empty with SENSOR_DECAPSULATION kernel; allowed are 1 to 64 identifiers, such as 7,77; ' +
        'name those of the mirror sessions, or leave SENSOR_DECAPSULATION unset',
    ],
    [{ SENSOR_VNIS: '7,16777216' }, 'SENSOR_VNIS has 16777216; allowed is 0 to 16777215; take it out'],
    [{ SENSOR_VNIS: '7,8,7,7' }, 'SENSOR_VNIS has 7 more than once; allowed is once; take the others out'],
    [
      { SENSOR_VNIS: Array.from({ length: 65 }, (_, vni) => vni).join() },
      'SENSOR_VNIS has 65 identifiers; allowed are 64; leave the rest to the engine',
    ],
  ])('says what was given, what is allowed and what to do: %o', (env, complaint) => {
    expect(complaintsOf('SENSOR_ID' in env || Object.keys(env).length === 0 ? env : { ...minimal, ...env })).toEqual([
      complaint,
    ])
  })

  it.each(['7,', ',7', '07', '7 ,8', '-1', '0x7', '7;8', '7,,8', '123456789'])(
    'refuses %j for a list of VNIs',
    (text) => {
      expect(complaintsOf({ ...minimal, SENSOR_VNIS: text })).toHaveLength(1)
    },
  )

  it.each(['i-0123456789abcdef0', 'i-1a2b3c4d'])('takes %s for the name of a sensor of a group', (id) => {
    expect(complaintsOf({ SENSOR_ID: id, SENSOR_AUTO_SCALING_GROUP: 'fleet-sensors' })).toEqual([])
  })

  it('takes the least and the greatest VNI, and 64 of them', () => {
    for (const SENSOR_VNIS of ['0', '16777215', Array.from({ length: 64 }, (_, vni) => vni).join()])
      expect(complaintsOf({ ...minimal, SENSOR_DECAPSULATION: 'kernel', SENSOR_VNIS })).toEqual([])
  })

  it.each(['10.0.0.0/8', '10.1.2.3', '::/0', 'fd00::/8,198.18.0.0/15', '0.0.0.0/32', 'fe80::1/128'])(
    'takes %s for home nets',
    (nets) => expect(complaintsOf({ ...minimal, SENSOR_HOME_NETS: nets })).toEqual([]),
  )

  it.each(['300.1.2.3', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/08', 'fd00::/129', '/8', '10.0.0.0/8/8', 'abc', '1:2'])(
    'refuses %s as a home net, by name and beside the good ones',
    (net) => {
      const complaints = complaintsOf({ ...minimal, SENSOR_HOME_NETS: `10.0.0.0/8,${net}` })
      expect(complaints).toEqual([
        `SENSOR_HOME_NETS has "${net}"; allowed are IPv4 and IPv6 addresses, alone or with a prefix length, ` +
          'such as 10.0.0.0/8; correct it or take it out',
      ])
    },
  )

  it.each([
    [{ SENSOR_METRICS_PATH: '/readyz' }, 'SENSOR_METRICS_PATH is /readyz'],
    [{ SENSOR_METRICS_PATH: 'metrics' }, 'SENSOR_METRICS_PATH is "metrics"'],
    [{ SENSOR_METRICS_PORT: '9100' }, 'SENSOR_METRICS_PORT and SENSOR_HTTP_PORT are both 9100'],
    [{ SENSOR_METRICS: 'exporter' }, 'SENSOR_METRICS is "exporter"; allowed is one of default, compatible'],
  ])('refuses %o for the metrics', (env, complaint) => {
    expect(complaintsOf({ ...minimal, ...env })).toEqual([expect.stringContaining(complaint)])
  })

  it('takes the port and the path of suricata_exporter', () => {
    const theirs = { SENSOR_METRICS: 'compatible', SENSOR_METRICS_PORT: '9917', SENSOR_METRICS_PATH: '/metrics' }
    expect(complaintsOf({ ...minimal, ...theirs })).toEqual([])
  })

  it.each(['.', '..'])('refuses %s as an interface: it names a folder of /sys', (name) => {
    expect(complaintsOf({ ...minimal, SENSOR_INTERFACE: name })).toHaveLength(1)
  })

  it('judges what settings say together even when others are bad, and never on a bad one', () => {
    const bad = { SENSOR_HTTP_PORT: '80', SENSOR_HTTP_HOST: '999', SENSOR_SAMPLE_SECONDS: '60' }
    const names = (env: Record<string, string>) => complaintsOf(env).map((complaint) => complaint.split(' ')[0])
    expect(names(bad)).toEqual(['SENSOR_ID', 'SENSOR_HTTP_PORT', 'SENSOR_HTTP_HOST', 'SENSOR_WINDOW_SECONDS'])
    expect(names({ ...bad, SENSOR_SAMPLE_SECONDS: '61' })).not.toContain('SENSOR_WINDOW_SECONDS')
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
