import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { RunPlan } from './run-plan.ts'
import type { WorkerResult } from './run-worker.ts'
import { sendMeans } from './send/frame-sink.ts'
import type { WireCounters } from './send/wire-counters.ts'
import { Truth, toTruth } from './truth.ts'

const Count = Type.Integer({ minimum: 0 })
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** What `load/main.ts --json` prints on stdout: one object, when the run is over. */
export const LoadReport = Type.Object({
  scenario: Type.String(),
  seed: Count,
  /** `interface mirror0`, `target 127.0.0.1`, `pcap out.pcap`. */
  sink: Type.String(),
  encapsulation: Type.Enum(['vxlan', 'geneve', 'none']),
  workers: Count,
  asked: Type.Object({
    unit: Nullable(Type.Enum(['packets', 'bits', 'flows'])),
    /** null: as fast as it goes. */
    perSecond: Nullable(Type.Number()),
    packets: Count,
    seconds: Type.Number(),
  }),
  /** From the first packet to the last, over all workers. Bits are of outer frames. */
  achieved: Type.Object({
    packetsPerSecond: Type.Number(),
    bitsPerSecond: Type.Number(),
    flowsPerSecond: Type.Number(),
  }),
  /** What the kernel took. */
  sent: Type.Object({ packets: Count, bytes: Count }),
  /** By what it was sent, each once; two when workers differ. */
  means: Type.Array(Type.Enum([...sendMeans])),
  /** By the interface's own counters; everything that leaves it counts, also what others send. null: no interface. */
  wire: Nullable(Type.Object({ interface: Type.String(), packets: Count, bytes: Count, drops: Count })),
  refused: Type.Object({ packets: Count, reason: Nullable(Type.String()) }),
  seconds: Type.Number(),
  stoppedBy: Type.Enum(['packets', 'seconds', 'signal', 'failure']),
  failure: Nullable(Type.String()),
  truth: Truth,
})
export type LoadReport = Static<typeof LoadReport>

/** Reads what `load/main.ts --json` printed; null: it printed something else, or nothing. */
export function decodeReport(stdout: string): LoadReport | null {
  try {
    const report: unknown = JSON.parse(stdout)
    return Value.Check(LoadReport, report) ? report : null
  } catch {
    return null
  }
}

export interface WireReading {
  readonly interface: string
  readonly before: WireCounters
  readonly after: WireCounters
}

/** Puts together what the workers did and what the wire shows. */
export function toReport(plan: RunPlan, results: readonly WorkerResult[], wire: WireReading | null): LoadReport {
  const { scenario, sink } = plan
  const loops = results.map(({ loop }) => loop)
  const truth = toTruth(results.flatMap(({ sources }) => sources))
  const begun = Math.min(...loops.map(({ startedAt }) => startedAt))
  const seconds = Math.max(Math.max(...loops.map(({ endedAt }) => endedAt)) - begun, 0) / 1000
  const perSecond = (count: number) => (seconds > 0 ? count / seconds : 0)
  const total = (key: 'packets' | 'bytes' | 'refused') => loops.reduce((sum, loop) => sum + loop[key], 0)
  return {
    scenario: scenario.name,
    seed: scenario.seed,
    encapsulation: plan.encapsulation,
    workers: plan.workers,
    seconds,
    sink: `${sink.kind} ${sink.kind === 'interface' ? sink.name : sink.kind === 'target' ? sink.address : sink.path}`,
    asked: {
      unit: scenario.rate?.unit ?? null,
      perSecond: scenario.rate?.perSecond ?? null,
      packets: scenario.packets,
      seconds: scenario.seconds,
    },
    achieved: {
      packetsPerSecond: perSecond(total('packets')),
      bitsPerSecond: perSecond(total('bytes') * 8),
      flowsPerSecond: perSecond(truth.flows),
    },
    sent: { packets: total('packets'), bytes: total('bytes') },
    means: sendMeans.filter((each) => results.some(({ means }) => means === each)),
    wire: wire === null ? null : toWire(wire),
    refused: {
      packets: total('refused'),
      reason: loops.reduce<string | null>((reason, loop) => loop.refusedFor ?? reason, null),
    },
    stoppedBy: toStop(loops.map(({ stoppedBy }) => stoppedBy)),
    failure: loops.reduce<string | null>((failure, loop) => loop.failure ?? failure, null),
    truth,
  }
}

function toWire({ before, after, ...wire }: WireReading) {
  const since = (key: keyof WireCounters) => Math.max(after[key] - before[key], 0)
  return { interface: wire.interface, packets: since('packets'), bytes: since('bytes'), drops: since('drops') }
}

/** Several workers end for several reasons; the gravest is the run's. */
function toStop(reasons: readonly LoadReport['stoppedBy'][]): LoadReport['stoppedBy'] {
  return (['failure', 'signal', 'seconds'] as const).find((reason) => reasons.includes(reason)) ?? 'packets'
}

export const isComplete = ({ refused, failure, truth }: LoadReport): boolean =>
  refused.packets === 0 && failure === null && truth.unfinishedFlows === 0
