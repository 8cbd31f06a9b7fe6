import type { AlertsView, FiringAlert, FleetView, LoadBalancerView, SensorView } from '../messages.ts'
import { toAlertKey } from './alert-words.ts'
import { toSensorState, toSensorWord } from './sensor-state.ts'

/** `now`, and what it does not know as it was. */
export const withKnown = (before: FleetView, now: FleetView): FleetView => ({
  ...now,
  alerts: now.alerts.isRead ? now.alerts : before.alerts,
  loadBalancer: now.loadBalancer ?? before.loadBalancer,
})

/** What is not as it was, in a sentence each; what is worst first. Rates change always, and are no news. */
export const toChangeSentences = (before: FleetView, now: FleetView): readonly string[] => [
  ...toFailOpenSentences(before.loadBalancer, now.loadBalancer),
  ...toSensorSentences(before.sensors, now.sensors),
  ...toAlertSentences(toFiring(before.alerts), toFiring(now.alerts)),
]

function toFailOpenSentences(before: LoadBalancerView | null, now: LoadBalancerView | null): readonly string[] {
  const [was, is] = [before?.isFailOpen ?? false, now?.isFailOpen ?? false]
  if (was === is) return []
  return [is ? 'Fail-open: no target is healthy, so all get traffic.' : 'Fail-open has ended: a target is healthy.']
}

function toSensorSentences(before: readonly SensorView[], now: readonly SensorView[]): readonly string[] {
  const states = new Map(before.map((sensor) => [sensor.id, toSensorState(sensor)]))
  const ids = new Set(now.map(({ id }) => id))
  return [
    ...now
      .filter((sensor) => states.get(sensor.id) !== toSensorState(sensor))
      .map((sensor) => `${sensor.id} is ${toSensorWord(sensor)}.`),
    ...before.filter(({ id }) => !ids.has(id)).map(({ id }) => `${id} left.`),
  ]
}

const toFiring = (alerts: AlertsView): readonly FiringAlert[] => (alerts.isRead ? alerts.firing : [])

function toAlertSentences(before: readonly FiringAlert[], now: readonly FiringAlert[]): readonly string[] {
  const names = new Set(now.map(({ name }) => name))
  return [
    ...without(now, before).map(({ name, summary }) => `Alert ${name} fires${toEnding(summary)}`),
    ...without(before, now).map(({ name }) =>
      names.has(name) ? `One of the alerts ${name} has ended.` : `Alert ${name} no longer fires.`,
    ),
  ]
}

const toEnding = (summary: string): string => (summary === '' ? '.' : `: ${summary.replace(/\.$/, '')}.`)

/** Alerts that have no counterpart: two of one rule, of two sensors, may have begun together. */
function without(alerts: readonly FiringAlert[], others: readonly FiringAlert[]): readonly FiringAlert[] {
  const known = Map.groupBy(others, toAlertKey)
  return [...Map.groupBy(alerts, toAlertKey)].flatMap(([key, of]) => of.slice(known.get(key)?.length ?? 0))
}
