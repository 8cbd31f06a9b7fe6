import type { TargetState } from '../../../healthcheck/fleet/target-state.ts'
import type { Status } from '../../../healthcheck/verdict.ts'

/**
 * What the console's server says to its page: `GET /api/stream` as server-sent events (`history` once, then a `view` for each reading),
 * `GET /api/events` as JSON. Every rate is over `windowSeconds`; null where nobody can tell.
 */

export interface SourceView {
  readonly name: string
  readonly zone: string
  readonly mirroredPerSecond: number | null
  /** Met the filter and was not passed on: a mirror skip. */
  readonly skippedPerSecond: number | null
}

export interface LoadBalancerView {
  readonly receivedPerSecond: number | null
  readonly forwardedPerSecond: number | null
  /** Dropped because there is no target. */
  readonly noTargetPerSecond: number | null
  /** No target is healthy, so all get traffic. */
  readonly isFailOpen: boolean
}

export interface SensorView {
  readonly id: string
  readonly zone: string
  /** Its own word; `silent` while its agent does not answer. */
  readonly status: Status | 'silent'
  /** What it finds wrong, by reason; the status of the worst decides. */
  readonly findings: readonly string[]
  /** The load balancer's word; null behind none. */
  readonly targetState: TargetState | null
  readonly targetReason: string | null
  /** What it captured, drops included. */
  readonly packetsPerSecond: number | null
  readonly dropsPerSecond: number | null
  /** Stopped by the demonstration's button. */
  readonly isStopped: boolean
}

/** One place of the funnel, for the whole fleet. */
export interface PlaceView {
  /** `mirror-skip`, `load-balancer`, `silent-sensor` (nobody captures there), then those of sensor-agent/sample/funnel.ts. */
  readonly place: string
  /** Came to the place, drops included; null where the place does not count them. */
  readonly packetsPerSecond: number | null
  readonly dropsPerSecond: number | null
  /** A trace of a loss that happened earlier: not part of a sum. */
  readonly isTrace: boolean
}

export interface FiringAlert {
  /** Its heading in dashboards/runbook.md. */
  readonly name: string
  readonly severity: string
  readonly summary: string
  readonly description: string
  readonly sinceMilliseconds: number
}

export type AlertsView =
  /** `isAsked` is false where nobody said which Prometheus to ask. @default true */
  | { readonly isRead: false; readonly isAsked?: false; readonly fault: string }
  /**
   * `isWatched`: the Watchdog, which always fires, does: without it silence means nothing. `unlisted`: how many fire beside those
   * of the list, which holds the worst. @default 0
   */
  | {
      readonly isRead: true
      readonly isWatched: boolean
      readonly firing: readonly FiringAlert[]
      readonly unlisted?: number
    }

/** What the buttons of the demonstration do now. */
export interface DemonstrationView {
  /** Load that is being sent: how long still. */
  readonly loadSecondsLeft: number | null
  /** A sensor that is being added, stopped or started, in words. */
  readonly underWay: readonly string[]
  /** Why the last one came to nothing, in words; null once another has begun. */
  readonly failure: string | null
  readonly maySensorsBeAdded: boolean
}

export interface FleetView {
  readonly fleet: string
  /** Where it lives: `this machine`, or an AWS region. */
  readonly region: string
  readonly atMilliseconds: number
  readonly windowSeconds: number
  /** What the health check takes at most to notice a sensor that is gone. */
  readonly detectionSeconds: number | null
  /** Null where they cannot be seen from here. */
  readonly sources: readonly SourceView[] | null
  readonly loadBalancer: LoadBalancerView | null
  readonly sensors: readonly SensorView[]
  /** In the order in which a packet passes them. */
  readonly funnel: readonly PlaceView[]
  readonly alerts: AlertsView
  /** Grows with each event; null where events cannot be read from here. */
  readonly events: number | null
  /** Null: the page is read-only. */
  readonly demonstration: DemonstrationView | null
  /** What could not be read this time. */
  readonly faults: readonly string[]
}

/** One second of the charts. */
export interface HistoryPoint {
  readonly atMilliseconds: number
  readonly mirroredPerSecond: number | null
  /** Captured, by sensor id. */
  readonly packetsPerSecond: Readonly<Record<string, number | null>>
  /** Drops over packets of the whole fleet, at every place that loses packets; 0..1. */
  readonly lossRatio: number | null
}

export interface ViewMessage {
  readonly view: FleetView
  readonly point: HistoryPoint
}

export const protocols = ['http', 'tls', 'dns', 'alert'] as const
export type Protocol = (typeof protocols)[number]

/** What a sensor saw. Every string in it but `sensor` and `time` may be the work of an attacker. */
export interface AuditEvent {
  /** In the order of arrival at the console. */
  readonly number: number
  /** ISO 8601, as the engine wrote it. */
  readonly time: string
  readonly sensor: string
  readonly protocol: Protocol
  /** Name of the source that it was mirrored from, or else the client's address. */
  readonly source: string
  readonly client: string
  readonly server: string
  readonly vni: number | null
  /** Host header, SNI, or name asked for; empty where there is none. */
  readonly host: string
  /** Method, path and status; TLS version; record type; signature. */
  readonly detail: string
}

/** Query of `/api/events`; a field that is left out lets all through. */
export interface EventFilter {
  /** Part of the host, without regard to case. */
  readonly host?: string
  /** Part of the source's name or of the client's or server's address. */
  readonly source?: string
  readonly vni?: number
  readonly protocol?: Protocol
}

export interface EventsAnswer {
  /** Newest first. */
  readonly events: readonly AuditEvent[]
  /** That fit the filter, of the `kept`. */
  readonly matched: number
  readonly kept: number
}

/** `POST /api/demonstration/<action>`, JSON `{ "sensor": id }` where the action is about one. 202 when begun, 409 when not now. */
export const demonstrationActions = ['stop-sensor', 'start-sensor', 'add-sensor', 'add-load'] as const
export type DemonstrationAction = (typeof demonstrationActions)[number]
