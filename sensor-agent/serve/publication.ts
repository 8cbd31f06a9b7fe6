import type { CaptureWindow } from '../../healthcheck/capture.ts'
import type { PublishedVerdict } from '../../healthcheck/steady.ts'
import type { Environment } from '../config.ts'
import type { Phase, TargetState } from '../lifecycle/instance-state.ts'
import type { Reading, Source } from '../sample/reading.ts'
import type { WorkerSpread } from '../sample/worker-spread.ts'
import type { RulesRejection } from '../suricata/rules-rejection.ts'

/** All that one sample left behind. The agent replaces it whole; the routes only render it. */
export interface Publication {
  /** When it was published: seconds on the clock that the routes read as well. */
  readonly atSeconds: number
  readonly verdict: PublishedVerdict
  readonly window: CaptureWindow
  readonly workers: WorkerSpread
  readonly reading: Reading
  readonly engine: EngineStatus
  /** Rules that were refused since the last good set was loaded; null when none were. */
  readonly rejection: RulesRejection | null
  readonly work: AgentWork
  /** Null where the sensor is in no Auto Scaling group. */
  readonly group: GroupStatus | null
}

/** Where the sensor is in the life of an instance of its Auto Scaling group. */
export interface GroupStatus {
  readonly phase: Phase
  /** What the instance's metadata said last. */
  readonly target: TargetState | null
  readonly phaseSeconds: number
  /** Of calls to AWS and to the metadata service: those that failed when last tried. */
  readonly faults: readonly { readonly asked: string; readonly fault: string }[]
}

export interface EngineStatus {
  /** Phase of the supervisor's life cycle. */
  readonly phase: string
  readonly pid: number | null
  readonly version: string | null
  /** Times that the engine ended, or was ended as faulty, unasked; and times that this agent took over a running one. */
  readonly restarts: number
  readonly adoptions: number
  /** Landlock confines the engine; null while none has been ready. */
  readonly landlocked: boolean | null
}

/** What the agent itself did and used since it started. */
export interface AgentWork {
  readonly samples: number
  readonly samplesSkipped: number
  /** How long the last sample took. */
  readonly sampleDurationSeconds: number
  readonly sourceFailures: Readonly<Record<Source, number>>
  /** When each source last answered, on the clock of the readings; one that never did, when it was first asked. */
  readonly answeredSeconds: Readonly<Partial<Record<Source, number>>>
  readonly cpuSeconds: number
  readonly residentBytes: number
}

/** What does not change while the agent runs. */
export interface Identity {
  readonly environment: Environment
  readonly agentVersion: string
  readonly nodeVersion: string
}
