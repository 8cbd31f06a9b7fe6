import { fleetMaximum, type RecordingRule, recordingRules } from '../recording-rules.ts'
import type { Alert } from './alert.ts'
import { findingAlerts } from './finding-alerts.ts'
import { fleetAlerts } from './fleet-alerts.ts'
import { sensorAlerts } from './sensor-alerts.ts'

/** What the rules need to be told, for no sensor knows it. */
export interface RuleSettings {
  /** Auto Scaling's maximumCapacity by fleet. A fleet that is not listed never has the alert fleet-at-max. */
  readonly maximumCapacities: Readonly<Record<string, number>>
  /** Where runbook.md is read, up to the `#`. */
  readonly runbookUrl: string
}

export const alerts: readonly Alert[] = [...findingAlerts, ...sensorAlerts, ...fleetAlerts]

/** A file of Prometheus's recording rules; one group, for rules of a group are evaluated in order. */
export const toRecordingRuleFile = ({ maximumCapacities }: RuleSettings) => {
  const rules: readonly RecordingRule[] = Object.values(recordingRules)
  const maxima = Object.entries(maximumCapacities).map(([fleet, maximum]) => fleetMaximum(fleet, maximum))
  return { groups: [{ name: 'mirror-fleet-records', rules: [...rules, ...maxima] }] }
}

export const toAlertRuleFile = (settings: RuleSettings) => ({
  groups: [
    { name: 'mirror-fleet-findings', rules: findingAlerts.map((alert) => toAlertRule(alert, settings)) },
    { name: 'mirror-fleet-sensors', rules: sensorAlerts.map((alert) => toAlertRule(alert, settings)) },
    { name: 'mirror-fleet-fleets', rules: fleetAlerts.map((alert) => toAlertRule(alert, settings)) },
  ],
})

const toAlertRule = (alert: Alert, { runbookUrl }: RuleSettings) => ({
  alert: alert.name,
  expr: alert.expr,
  for: `${alert.holdMinutes}m`,
  labels: { severity: alert.severity },
  annotations: {
    summary: alert.summary,
    description: alert.description,
    runbook_url: `${runbookUrl}#${alert.name.toLowerCase()}`,
  },
})
