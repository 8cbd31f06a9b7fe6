import type { AlertsView, FiringAlert } from '../messages.ts'
import type { SensorState } from './sensor-state.ts'
import { toCount } from './words.ts'

export interface AlertsWords {
  readonly level: SensorState
  readonly sentence: string
}

/** Silence of alerts is good news only while the Watchdog, which always fires, does. */
export function toAlertsWords(alerts: AlertsView): AlertsWords {
  if (!alerts.isRead) {
    const what = alerts.isAsked === false ? 'Alerts are not shown' : 'Alerting does not work'
    return { level: 'degraded', sentence: `${what}: ${alerts.fault}` }
  }
  const { firing, isWatched, unlisted = 0 } = alerts
  if (!isWatched) {
    return {
      level: 'degraded',
      sentence: 'Alerting does not work: the Watchdog, which always fires, does not. Prometheus may have just started.',
    }
  }
  if (firing.length === 0)
    return { level: 'healthy', sentence: 'No alert fires; the Watchdog does, so alerting works.' }
  const level = firing.some(({ severity }) => severity === 'critical') ? 'unhealthy' : 'degraded'
  const count = toCount(firing.length + unlisted, 'alert fires', 'alerts fire')
  return { level, sentence: unlisted === 0 ? `${count}.` : `${count}; listed are the worst ${firing.length}.` }
}

/** The same for as long as it fires: its summary and description may have a value in them that changes. */
export const toAlertKey = ({ name, severity, sinceMilliseconds }: FiringAlert): string =>
  `${name} ${severity} ${sinceMilliseconds}`

/** The worst first, then the newest. */
export const toAlertOrder = (firing: readonly FiringAlert[]): readonly FiringAlert[] =>
  firing.toSorted(
    (a, b) =>
      Number(b.severity === 'critical') - Number(a.severity === 'critical') ||
      b.sinceMilliseconds - a.sinceMilliseconds,
  )
