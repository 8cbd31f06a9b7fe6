import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { AlertsView, FiringAlert } from './messages.ts'

/** Prometheus HTTP API, `/api/v1/alerts`. */
const Answer = Type.Object({
  status: Type.Literal('success'),
  data: Type.Object({
    alerts: Type.Array(
      Type.Object({
        labels: Type.Record(Type.String(), Type.String()),
        annotations: Type.Record(Type.String(), Type.String()),
        state: Type.String(),
        activeAt: Type.String(),
      }),
    ),
  }),
})
type PrometheusAlert = Static<typeof Answer>['data']['alerts'][number]

const watchdog = 'Watchdog'
const mostAlerts = 100

/** @param text the body of the answer */
export function decodeAlerts(text: string): AlertsView {
  const answer = parse(text)
  if (!Value.Check(Answer, answer)) {
    return { isRead: false, fault: `Prometheus answered in a form that is not known: ${text.slice(0, 100)}` }
  }
  const firing = answer.data.alerts.filter(({ state }) => state === 'firing')
  const others = firing.filter(({ labels }) => labels.alertname !== watchdog)
  return {
    isRead: true,
    isWatched: others.length < firing.length,
    firing: others.map(toFiring).sort(byUrgency).slice(0, mostAlerts),
    unlisted: Math.max(0, others.length - mostAlerts),
  }
}

const toFiring = ({ labels, annotations, activeAt }: PrometheusAlert): FiringAlert => ({
  name: labels.alertname ?? '',
  severity: labels.severity ?? 'none',
  summary: annotations.summary ?? '',
  description: annotations.description ?? '',
  sinceMilliseconds: Date.parse(activeAt) || 0,
})

const severities = ['critical', 'warning']
/** One that is not known comes last. */
const toUrgency = ({ severity }: FiringAlert): number =>
  severities.includes(severity) ? severities.indexOf(severity) : severities.length

/** The worst first, and of those the oldest. */
const byUrgency = (one: FiringAlert, other: FiringAlert): number =>
  toUrgency(one) - toUrgency(other) || one.sinceMilliseconds - other.sinceMilliseconds

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
