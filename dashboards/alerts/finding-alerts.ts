import { type Reason, reasons } from '../../healthcheck/verdict.ts'
import { everySensor } from '../queries.ts'
import { type Alert, onSensor, type Severity } from './alert.ts'

/** A finding must hold for more than half of the window, for figures cross their limits to and fro; and that for some time. */
interface Urgency {
  readonly severity: Severity
  readonly windowMinutes: number
  readonly holdMinutes: number
}
const broken = { severity: 'critical', windowMinutes: 1, holdMinutes: 1 } as const
/** A start with a full ruleset takes Suricata up to two minutes, and is no fault. */
const starting = { ...broken, holdMinutes: 3 } as const
const losing = { severity: 'critical', windowMinutes: 5, holdMinutes: 2 } as const
const ailing = { severity: 'warning', windowMinutes: 5, holdMinutes: 2 } as const

type Found = Reason | 'verdict-stale'
/** Every reason that a sensor can have; null for the one that is no fault. A new reason without its row does not compile. */
const urgencies: Readonly<Record<Found, Urgency | null>> = {
  'suricata-down': starting,
  'suricata-silent': broken,
  'suricata-wedged': broken,
  'capture-blind': broken,
  'verdict-stale': broken,
  draining: null,
  'no-traffic': ailing,
  'drops-elevated': ailing,
  'drops-critical': losing,
  'worker-saturated': ailing,
  'memcap-pressure': ailing,
  'counters-stale': ailing,
  'rules-missing': ailing,
  'rules-rejected': ailing,
  'disk-low': ailing,
  'source-failed': ailing,
}

const found: readonly { readonly reason: Found; readonly meaning: string }[] = [
  ...reasons,
  {
    reason: 'verdict-stale',
    meaning: 'The agent answers but has judged nothing for a while: its figures are of the past.',
  },
]

/** The agent’s limits decide, which an operator may have set, so the rules need not repeat them. */
export const findingAlerts: readonly Alert[] = found.flatMap(({ reason, meaning }) => {
  const urgency = urgencies[reason]
  if (urgency === null) return []
  return {
    name: reason,
    severity: urgency.severity,
    expr: `avg_over_time(${everySensor('findings', { reason })}[${urgency.windowMinutes}m]) > 0.5`,
    holdMinutes: urgency.holdMinutes,
    summary: `${onSensor}: ${reason}`,
    description: meaning,
  }
})
