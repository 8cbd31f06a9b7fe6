import { describe, expect, it } from 'vitest'
import { isAllLogged, type RoundObservation, toSummary } from '../../../infra/local/summary.ts'

const paths = Array.from({ length: 200 }, (_, n) => `/once/${n}`)
const once = (names: readonly string[]): Map<string, number> => new Map(names.map((name) => [name, 1]))

const sensor = (id: string, http: readonly string[], tls: readonly string[] = [], dns: readonly string[] = []) => ({
  id,
  status: 'healthy',
  targetState: 'healthy',
  packets: 100,
  drops: 0,
  logged: { http: once(http), tls: once(tls), dns: once(dns) },
})

const good: RoundObservation = {
  sensors: [sensor('sensor-1', paths.slice(0, 120), ['a.test']), sensor('sensor-2', paths.slice(120), [], ['q.test'])],
  sent: { http: paths, https: ['a.test'], dns: ['q.test'] },
  mirroredPackets: 200,
  mirrorSkips: 0,
  lossRatio: 0,
  sampleHttpLog: 'line',
  seconds: 12,
}

describe('toSummary', () => {
  it('is ok when every request was logged exactly once by more than one sensor and nothing was lost', () => {
    expect(toSummary(good)).toMatchObject({
      requests: { http: 200, https: 1, dns: 1 },
      logged: { http: 200, tls: 1, dns: 1 },
      mirrored: { packets: 200 },
      captured: { packets: 200, drops: 0 },
      ok: true,
      failures: [],
    })
  })

  const [first, second] = good.sensors
  if (!first || !second) throw new Error('the good round has two sensors')
  it.each<[string, Partial<RoundObservation>, RegExp]>([
    [
      'a request was not logged',
      { sensors: [first, sensor('sensor-2', paths.slice(121), [], ['q.test'])] },
      /not logged exactly once: \/once\/120/,
    ],
    [
      'a request was logged twice',
      { sensors: [first, sensor('sensor-2', paths.slice(119), [], ['q.test'])] },
      /not logged exactly once: \/once\/119/,
    ],
    [
      'one is missing and another logged twice',
      { sensors: [first, sensor('sensor-2', [...paths.slice(121), '/once/0'], [], ['q.test'])] },
      /\/once\/0, \/once\/120/,
    ],
    ['a handshake was not logged', { sensors: [sensor('sensor-1', paths.slice(0, 120)), second] }, /TLS handshakes/],
    ['a query was not logged', { sensors: [first, sensor('sensor-2', paths.slice(120))] }, /DNS queries/],
    [
      'something nobody asked for was logged',
      { sensors: [first, sensor('sensor-2', [...paths.slice(120), '/else'], [], ['q.test'])] },
      /201 HTTP events for 200/,
    ],
    [
      'one sensor got everything',
      { sensors: [sensor('sensor-1', paths, ['a.test'], ['q.test']), sensor('sensor-2', [])] },
      /only one sensor/,
    ],
    ['the capture dropped', { sensors: [{ ...first, drops: 3 }, second] }, /dropped 3 packets/],
    ['a packet was lost on the way', { mirroredPackets: 201 }, /201 packets were mirrored, 200 captured/],
    ['a mirror skipped', { mirrorSkips: 2 }, /skipped 2/],
    [
      'a sensor is degraded',
      { sensors: [{ ...first, status: 'degraded' }, second] },
      /sensor-1 \(degraded, target healthy\)/,
    ],
    ['a target is unhealthy', { sensors: [{ ...first, targetState: 'unhealthy' }, second] }, /sensor-1/],
    ['it took too long', { seconds: 60.1 }, /60\.1 s/],
    ['too few requests were made', { sent: { ...good.sent, http: paths.slice(1) } }, /199 HTTP requests/],
  ])('is not ok when %s, and says so', (_, change, failure) => {
    const summary = toSummary({ ...good, ...change })
    expect(summary.ok).toBe(false)
    expect(summary.failures.join('\n')).toMatch(failure)
  })
})

describe('isAllLogged', () => {
  const logged = good.sensors.map((s) => s.logged)

  it('holds once every name is in some log', () => {
    expect(isAllLogged(logged, good.sent)).toBe(true)
  })

  it.each(['http', 'https', 'dns'] as const)('waits for a missing %s name', (kind) => {
    expect(isAllLogged(logged, { ...good.sent, [kind]: ['missing'] })).toBe(false)
  })
})
