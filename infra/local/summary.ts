import type { LoggedNames } from './eve-log.ts'
import type { RoundRecord } from './traffic.ts'

/** What one round came to: printed as JSON by `--json`, as a table otherwise. */
export interface Summary {
  readonly sensors: readonly SensorSummary[]
  /** Requests that were answered, as curl and dig counted them. */
  readonly requests: { readonly http: number; readonly https: number; readonly dns: number }
  /** Requests that a sensor logged; one that is logged twice counts twice. */
  readonly logged: { readonly http: number; readonly tls: number; readonly dns: number }
  readonly mirrored: { readonly packets: number }
  readonly captured: { readonly packets: number; readonly drops: number }
  readonly lossRatio: number
  readonly sampleHttpLog: string
  readonly seconds: number
  readonly ok: boolean
  /** Why it is not ok; empty when it is. */
  readonly failures: readonly string[]
}

export interface SensorSummary {
  readonly id: string
  readonly status: string
  readonly targetState: string
  readonly packets: number
  readonly drops: number
  readonly httpEvents: number
  readonly tlsEvents: number
  readonly dnsEvents: number
}

/** What was read of one sensor once the round was over. */
export interface SensorObservation {
  readonly id: string
  readonly status: string
  readonly targetState: string
  readonly packets: number
  readonly drops: number
  readonly logged: LoggedNames
}

export interface RoundObservation {
  readonly sensors: readonly SensorObservation[]
  readonly sent: RoundRecord
  readonly mirroredPackets: number
  /** Packets that a traffic mirror lost, by place. */
  readonly mirrorSkips: number
  readonly lossRatio: number
  readonly sampleHttpLog: string
  readonly seconds: number
}

const maxSeconds = 60
const minHttpRequests = 200

/** Judges a round: every request logged exactly once across the sensors, by more than one of them, and nothing dropped. */
export function toSummary(observation: RoundObservation): Summary {
  const { sensors, sent, mirroredPackets, sampleHttpLog, seconds, lossRatio } = observation
  const requests = { http: sent.http.length, https: sent.https.length, dns: sent.dns.length }
  const logged = { http: total(sensors, 'http'), tls: total(sensors, 'tls'), dns: total(sensors, 'dns') }
  const captured = { packets: sum(sensors.map((s) => s.packets)), drops: sum(sensors.map((s) => s.drops)) }
  const busySensors = sensors.filter((s) => s.logged.http.size > 0).length
  const unhealthy = sensors.filter((s) => s.status !== 'healthy' || s.targetState !== 'healthy')
  const checks: readonly (readonly [boolean, string])[] = [
    [requests.http >= minHttpRequests, `${requests.http} HTTP requests were made, fewer than ${minHttpRequests}`],
    [
      notOnce(sensors, 'http', sent.http).length === 0,
      `HTTP requests not logged exactly once: ${shown(notOnce(sensors, 'http', sent.http))}`,
    ],
    [
      notOnce(sensors, 'tls', sent.https).length === 0,
      `TLS handshakes not logged exactly once: ${shown(notOnce(sensors, 'tls', sent.https))}`,
    ],
    [
      notOnce(sensors, 'dns', sent.dns).length === 0,
      `DNS queries not logged exactly once: ${shown(notOnce(sensors, 'dns', sent.dns))}`,
    ],
    [logged.http === requests.http, `${logged.http} HTTP events for ${requests.http} requests`],
    [logged.tls === requests.https, `${logged.tls} TLS events for ${requests.https} requests`],
    [logged.dns === requests.dns, `${logged.dns} DNS query events for ${requests.dns} queries`],
    [sensors.length < 2 || busySensors > 1, 'only one sensor got traffic'],
    [observation.mirrorSkips === 0, `traffic mirrors skipped ${observation.mirrorSkips} packets`],
    [captured.packets === mirroredPackets, `${mirroredPackets} packets were mirrored, ${captured.packets} captured`],
    [captured.drops === 0, `the sensors' capture dropped ${captured.drops} packets`],
    [
      unhealthy.length === 0,
      `not healthy: ${unhealthy.map((s) => `${s.id} (${s.status}, target ${s.targetState})`).join(', ')}`,
    ],
    [seconds <= maxSeconds, `it took ${seconds} s, more than ${maxSeconds}`],
  ]
  const failures = checks.filter(([held]) => !held).map(([, failure]) => failure)
  return {
    sensors: sensors.map(toSensorSummary),
    requests,
    logged,
    mirrored: { packets: mirroredPackets },
    captured,
    lossRatio,
    sampleHttpLog,
    seconds,
    ok: failures.length === 0,
    failures,
  }
}

/** True once every name is in the logs at least once: the engine writes an event some time after the packet. */
export const isAllLogged = (logged: readonly LoggedNames[], sent: RoundRecord): boolean =>
  sent.http.every((name) => logged.some((l) => l.http.has(name))) &&
  sent.https.every((name) => logged.some((l) => l.tls.has(name))) &&
  sent.dns.every((name) => logged.some((l) => l.dns.has(name)))

const toSensorSummary = ({ id, status, targetState, packets, drops, logged }: SensorObservation): SensorSummary => ({
  id,
  status,
  targetState,
  packets,
  drops,
  httpEvents: sum([...logged.http.values()]),
  tlsEvents: sum([...logged.tls.values()]),
  dnsEvents: sum([...logged.dns.values()]),
})

type Kind = keyof LoggedNames

const total = (sensors: readonly SensorObservation[], kind: Kind): number =>
  sum(sensors.flatMap((sensor) => [...sensor.logged[kind].values()]))

const notOnce = (sensors: readonly SensorObservation[], kind: Kind, names: readonly string[]): string[] =>
  names.filter((name) => sum(sensors.map((sensor) => sensor.logged[kind].get(name) ?? 0)) !== 1)

const shown = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
