import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { type Reason, reasons, type Status } from '../verdict.ts'

/** What a sensor says of itself, as far as the fleet's view needs it. */
export interface SensorStatus {
  readonly id: string
  readonly status: Status
  readonly ready: boolean
  /** In the agent's words: one of another version may have reasons that we do not know. */
  readonly findings: readonly string[]
  /** AF_PACKET packets and drops of the last window; null while nobody can tell. */
  readonly packets: number | null
  readonly drops: number | null
  /** Where it loses packets, in the order in which a packet passes; totals since boot or since the engine started. */
  readonly funnel: readonly FunnelPlace[]
}

export interface FunnelPlace {
  readonly place: string
  /** Came to the place, drops included; null where the place does not count them. */
  readonly packets: number | null
  readonly drops: number | null
}

const Figure = Type.Union([Type.Number(), Type.Null()])

/**
 * The part of /status (sensor-agent/serve/status.ts) that is used. A sensor parses hostile traffic, so its words are held
 * to what a terminal can show.
 */
const StatusBody = Type.Object({
  id: Type.String({ pattern: '^[A-Za-z0-9._-]{1,63}$' }),
  verdict: Type.Object({
    status: Type.Enum(['healthy', 'degraded', 'unhealthy']),
    ready: Type.Boolean(),
    findings: Type.Array(Type.Object({ reason: Type.String({ pattern: '^[a-z][a-z-]{0,63}$' }) }), { maxItems: 64 }),
  }),
  window: Type.Union([Type.Object({ capturePackets: Figure, captureDrops: Figure }), Type.Null()]),
  funnel: Type.Optional(
    Type.Array(
      Type.Object({ place: Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' }), packets: Figure, drops: Figure }),
      { maxItems: 64 },
    ),
  ),
})

const toStatus = ({ id, verdict, window, funnel = [] }: Static<typeof StatusBody>): SensorStatus => ({
  id,
  status: verdict.status,
  ready: verdict.ready,
  findings: verdict.findings.map(({ reason }) => reason),
  packets: window?.capturePackets ?? null,
  drops: window?.captureDrops ?? null,
  funnel: funnel.map(({ place, packets, drops }) => ({ place, packets, drops })),
})

/** @returns null for what is no answer of a sensor's agent */
export function decodeSensorStatus(text: string): SensorStatus | null {
  const body = toJson(text)
  return Value.Check(StatusBody, body) ? toStatus(body) : null
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const knownReasons = reasons.map(({ reason }) => reason)

/** The findings that the fleet's rules know. */
export const toReasons = ({ findings }: SensorStatus): readonly Reason[] =>
  knownReasons.filter((reason) => findings.includes(reason))
