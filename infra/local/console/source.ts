import type { TargetState } from '../../../healthcheck/fleet/target-state.ts'
import type { Status } from '../../../healthcheck/verdict.ts'
import type { AlertsView, DemonstrationAction, DemonstrationView } from './messages.ts'

/** Counters of a fleet at one time, as its parts tell them. Null: it could not be read, or does not count. */
export interface ConsoleReading {
  /** Unix time, of when the parts were asked: the one that takes long would else stretch the others' rates. */
  readonly atMilliseconds: number
  readonly sources: readonly SourceReading[] | null
  readonly loadBalancer: LoadBalancerReading | null
  readonly sensors: readonly SensorReading[]
  readonly alerts: AlertsView
  readonly faults: readonly string[]
}

export interface SourceReading {
  readonly name: string
  readonly zone: string
  /** Since the mirror started. */
  readonly mirrored: number | null
  readonly skipped: number | null
}

export interface LoadBalancerReading {
  readonly receivedPackets: number
  readonly forwardedPackets: number
  readonly noTargetPackets: number
  readonly isFailOpen: boolean
}

export interface SensorReading {
  readonly id: string
  readonly zone: string
  readonly status: Status | 'silent'
  readonly findings: readonly string[]
  readonly targetState: TargetState | null
  readonly targetReason: string | null
  /** What the load balancer has sent to it, since it is a target. */
  readonly forwardedPackets: number | null
  /** Since the engine, or the machine, started; empty while the agent does not answer. */
  readonly funnel: readonly PlaceReading[]
  readonly isStopped: boolean
}

export interface PlaceReading {
  readonly place: string
  readonly packets: number | null
  readonly drops: number | null
}

/** A line of an eve.json with what the line itself does not say. */
export interface EveLine {
  readonly sensor: string
  readonly text: string
}

/** A fleet that a console can look at: the local region, or one on AWS. */
export interface ConsoleSource {
  readonly fleet: string
  readonly region: string
  readonly detectionSeconds: number | null
  /** Rates are over this long. A fleet on AWS is read less often. */
  readonly windowSeconds: number
  readonly intervalSeconds: number
  /** Never rejects: what cannot be read is a fault. */
  readonly read: () => Promise<ConsoleReading>
  /**
   * Lines that the sensors' logs gained since the last call; null where they cannot be read from here. Never rejects: a log
   * that fails keeps back nobody else's lines.
   */
  readonly readEve: ((onFault: (sentence: string) => void) => Promise<readonly EveLine[]>) | null
  /** The source that an event was mirrored from, by the addresses of its two ends. */
  readonly toMirror: (addresses: readonly string[]) => { readonly source: string; readonly vni: number } | null
  /** Null: read-only. */
  readonly demonstration: Demonstration | null
}

export interface Demonstration {
  readonly view: () => DemonstrationView
  /**
   * Begins it and does not wait for its end.
   * @returns null, or why not now, for a person
   */
  readonly begin: (action: DemonstrationAction, sensor: string | null) => string | null
}
