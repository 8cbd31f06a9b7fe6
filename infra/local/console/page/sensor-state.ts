import type { SensorView } from '../messages.ts'

export type SensorState = 'healthy' | 'degraded' | 'unhealthy'

/** Those that the load balancer keeps from traffic without calling them broken. */
const waiting = ['initial', 'draining', 'unused', 'unavailable']

const isRefused = ({ targetState }: SensorView): boolean => targetState?.startsWith('unhealthy') ?? false

/** The colour of a sensor: the worse of its own word and the load balancer's. */
export function toSensorState(sensor: SensorView): SensorState {
  const { status, targetState } = sensor
  if (status === 'unhealthy' || status === 'silent' || isRefused(sensor)) return 'unhealthy'
  if (status === 'degraded' || (targetState !== null && waiting.includes(targetState))) return 'degraded'
  return 'healthy'
}

/** One word for a sensor that is not simply healthy: the most telling that either side says. */
export function toSensorWord(sensor: SensorView): string {
  const { status, targetState, isStopped } = sensor
  if (isStopped) return 'stopped'
  if (status === 'silent' || status === 'unhealthy') return status
  if (isRefused(sensor)) return 'out of service'
  if (targetState === 'draining' || targetState === 'initial') return targetState
  if (targetState === 'unused') return 'not in service'
  return status === 'healthy' && targetState === 'unavailable' ? 'not checked' : status
}

const targetWords = {
  healthy: 'in service',
  initial: 'first health checks',
  unhealthy: 'out of service',
  'unhealthy.draining': 'out of service, its flows end',
  draining: 'draining',
  unused: 'gets no traffic',
  unavailable: 'not checked',
} as const satisfies Record<NonNullable<SensorView['targetState']>, string>

/** What the load balancer says, with its reason; null behind none. */
export function toTargetWords({ targetState, targetReason }: SensorView): string | null {
  if (targetState === null) return null
  return targetReason === null ? targetWords[targetState] : `${targetWords[targetState]} (${targetReason})`
}

/** What the sensor says of itself, when that needs saying. */
export function toOwnWords({ status, findings, isStopped }: SensorView): string {
  if (status === 'silent') return isStopped ? 'stopped: its agent does not answer' : 'its agent does not answer'
  return findings.length === 0 ? `says it is ${status}` : findings.join(', ')
}

/** Why the sensor's word and the load balancer's do not fit together; null when they do. */
export function toDisagreement(sensor: SensorView): string | null {
  const { status, targetState } = sensor
  const isServing = targetState === 'healthy'
  if (isServing && (status === 'silent' || status === 'unhealthy')) {
    return 'The load balancer still sends traffic: its health check has not noticed yet.'
  }
  const isFit = status === 'healthy' || status === 'degraded'
  return isFit && isRefused(sensor) ? 'The sensor says it works, the load balancer does not believe it.' : null
}

/** Drops over packets of one sensor, 0..1; null when either is unknown. */
export function toSensorLoss({ packetsPerSecond, dropsPerSecond }: SensorView): number | null {
  if (packetsPerSecond === null || dropsPerSecond === null) return null
  return packetsPerSecond === 0 ? 0 : dropsPerSecond / packetsPerSecond
}
