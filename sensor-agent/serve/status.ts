import { type Static, Type } from 'typebox'
import { Environment } from '../config.ts'
import { toPrintable } from '../printable.ts'
import { toFailures } from '../sample/failures.ts'
import { toFunnel } from '../sample/funnel.ts'
import type { Identity } from './publication.ts'
import { Readiness } from './readiness.ts'
import type { View } from './served-verdict.ts'

const Figure = Type.Unsafe<number | null>({ type: ['number', 'null'] })
const Text = Type.Unsafe<string | null>({ type: ['string', 'null'] })

/** CaptureWindow (healthcheck/capture.ts) in JSON. */
const Window = Type.Object({
  windowSeconds: Type.Number(),
  suricataUp: Type.Boolean(),
  socketSilentSeconds: Type.Number(),
  engineStandstillSeconds: Type.Number(),
  captureStandstillSeconds: Type.Number(),
  countersAgeSeconds: Type.Number(),
  receivedPackets: Figure,
  receiveSilenceSeconds: Figure,
  capturePackets: Figure,
  captureDrops: Figure,
  workerBusyRatioMax: Figure,
  memcapPressureRatio: Figure,
  rulesLoaded: Figure,
  rulesRejected: Type.Number(),
  diskFreeRatio: Figure,
  draining: Type.Boolean(),
  failedSources: Type.Array(Type.String()),
})

/** GroupStatus (publication.ts) in JSON. */
const Group = Type.Object({
  phase: Type.String(),
  target: Text,
  phaseSeconds: Type.Number(),
  faults: Type.Array(Type.Object({ asked: Type.String(), fault: Type.String() })),
})

/** Body of `/status`: everything that a person asks when something is wrong. No setting of the agent is a secret. */
export const Status = Type.Object({
  id: Type.String(),
  zone: Type.String(),
  verdict: Readiness,
  window: Type.Union([Window, Type.Null()]),
  /** Places where packets can be lost, in order; totals since boot or since the engine started. */
  funnel: Type.Array(Type.Object({ place: Type.String(), packets: Figure, drops: Figure })),
  engine: Type.Object({
    phase: Type.String(),
    pid: Figure,
    version: Text,
    uptimeSeconds: Figure,
    restarts: Type.Number(),
    adoptions: Type.Number(),
    /** False: hostile traffic is parsed by a process to which all of root's files are open. */
    landlocked: Type.Unsafe<boolean | null>({ type: ['boolean', 'null'] }),
  }),
  rules: Type.Object({
    loaded: Figure,
    failed: Figure,
    /** What stands in place of the refused set; null when nothing was refused. */
    inForce: Text,
    rejectedFiles: Type.Number(),
    rejected: Type.Array(Type.Object({ file: Type.String(), line: Figure, message: Type.String() })),
    /** Faults beyond those listed. */
    rejectedMore: Type.Number(),
  }),
  /** Its place in the Auto Scaling group; null without one. */
  group: Type.Union([Group, Type.Null()]),
  ages: Type.Object({ verdictSeconds: Type.Number(), countersSeconds: Figure, socketSilentSeconds: Figure }),
  sources: Type.Array(Type.Object({ source: Type.String(), fault: Type.String() })),
  versions: Type.Object({ agent: Type.String(), suricata: Text, node: Type.String() }),
  settings: Environment,
})
export type Status = Static<typeof Status>

const bounded = (text: string): string => toPrintable(text, 300)

export function toStatus({ last, ageSeconds, served }: View, identity: Identity): Status {
  const { environment } = identity
  const counters = last?.reading['dump-counters']
  const {
    uptimeSeconds = null,
    rulesLoaded: loaded = null,
    rulesFailed: failed = null,
  } = counters?.ok === true ? counters.value : {}
  const engine = last?.engine
  const {
    phase = 'starting',
    pid = null,
    version = null,
    restarts = 0,
    adoptions = 0,
    landlocked = null,
  } = engine ?? {}
  return {
    id: environment.SENSOR_ID,
    zone: environment.SENSOR_ZONE,
    verdict: { ...served, findings: [...served.findings] },
    window: last === undefined ? null : { ...last.window, failedSources: [...last.window.failedSources] },
    funnel: last === undefined ? [] : [...toFunnel(last.reading)],
    engine: {
      phase,
      pid,
      version: version === null ? null : bounded(version),
      uptimeSeconds,
      restarts,
      adoptions,
      landlocked,
    },
    rules: {
      loaded,
      failed,
      inForce: last?.rejection?.inForce ?? null,
      rejectedFiles: last?.rejection?.files ?? 0,
      rejected: [...(last?.rejection?.faults ?? [])],
      rejectedMore: last?.rejection?.moreFaults ?? 0,
    },
    group: last?.group ? { ...last.group, faults: [...last.group.faults] } : null,
    ages: {
      verdictSeconds: ageSeconds,
      countersSeconds: last?.window.countersAgeSeconds ?? null,
      socketSilentSeconds: last?.window.socketSilentSeconds ?? null,
    },
    sources: toFaults(last),
    versions: {
      agent: identity.agentVersion,
      suricata: version === null ? null : bounded(version),
      node: identity.nodeVersion,
    },
    settings: environment,
  }
}

/** The sources that failed in the last sample, each with what went wrong. */
function toFaults(last: View['last']): { source: string; fault: string }[] {
  return (last ? toFailures(last.reading) : []).map(([source, { fault }]) => ({ source, fault: bounded(fault) }))
}
