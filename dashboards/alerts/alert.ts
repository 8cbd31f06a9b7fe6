/** `critical`: traffic goes uninspected now. `warning`: it will, or some does. `none`: for routing only. */
export type Severity = 'critical' | 'warning' | 'none'

export interface Alert {
  /** Its heading in runbook.md. A finding's is the reason of healthcheck/: one word everywhere. */
  readonly name: string
  readonly severity: Severity
  readonly expr: string
  /** How long it must hold. */
  readonly holdMinutes: number
  /** One line that says where. Prometheus fills in `{{ $labels.… }}` and `{{ $value }}`. */
  readonly summary: string
  /** What it means, in a sentence. */
  readonly description: string
}

export const onSensor = '{{ $labels.sensor }} of {{ $labels.fleet }} in {{ $labels.zone }}'
export const onFleet = 'fleet {{ $labels.fleet }}'
