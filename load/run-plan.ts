import type { LanePlan } from './flow/lane-plan.ts'
import { ipv4Address } from './packet/address.ts'
import type { Encapsulation, Envelope, Gateway } from './packet/envelope.ts'
import type { FlowSpec, Rate, Scenario } from './scenario.ts'

export type Sink =
  | { readonly kind: 'interface'; readonly name: string }
  | { readonly kind: 'target'; readonly address: string }
  | { readonly kind: 'pcap'; readonly path: string }

/** Everything that every worker of a run is told; plain data. */
export interface RunPlan {
  readonly scenario: Scenario
  readonly sink: Sink
  readonly encapsulation: Encapsulation
  /** One for each source. */
  readonly envelopes: readonly Envelope[]
  /** A capture file to play instead of the scenario's flows. */
  readonly replay: { readonly path: string; readonly isRepeated: boolean } | null
  readonly workers: number
  /** Frames for each system call. */
  readonly batch: number
}

export interface EnvelopeOptions {
  readonly encapsulation: Encapsulation
  readonly destinationMac: number
  readonly sourceMac: number
  readonly firstSource: string
  readonly destination: string
  readonly firstVirtualNetworkId: number
  readonly gateway: Gateway
}

/** Sources have addresses one after the other, and the VNIs in turn. */
export function toEnvelopes({ sources }: Scenario, options: EnvelopeOptions): Envelope[] {
  const { encapsulation, destinationMac, sourceMac, gateway } = options
  const first = ipv4Address(options.firstSource)
  const destination = ipv4Address(options.destination)
  return Array.from({ length: sources.count }, (_, index) => ({
    ...{ encapsulation, destinationMac, sourceMac, destination, gateway },
    source: (first + index) >>> 0,
    virtualNetworkId: options.firstVirtualNetworkId + (index % sources.virtualNetworks),
  }))
}

/** Flows under way at the end are finished, which should take a fraction of a second at the asked rate. */
const FINISH_PACKETS_PER_LANE = 5
const TYPICAL_FRAME_BITS = 8 * 600

/** At a low rate fewer flows are under way at once: they would all be slow, and take long to finish. */
export function limitConcurrency(scenario: Scenario): Scenario {
  const most = toLanesMax(scenario.rate)
  const wanted = scenario.flows.reduce((sum, { concurrent }) => sum + concurrent, 0)
  if (wanted <= most) return scenario
  const shrink = (flow: FlowSpec): FlowSpec => ({
    ...flow,
    concurrent: Math.max(1, Math.round((flow.concurrent * most) / wanted)),
  })
  return { ...scenario, flows: scenario.flows.map(shrink) }
}

function toLanesMax(rate: Rate): number {
  if (rate === null) return Number.POSITIVE_INFINITY
  const packets = { packets: rate.perSecond, bits: rate.perSecond / TYPICAL_FRAME_BITS, flows: rate.perSecond * 10 }
  return Math.max(1, packets[rate.unit] / FINISH_PACKETS_PER_LANE)
}

export interface PacedRate {
  readonly unit: 'packets' | 'bits'
  /** null: as fast as it goes. */
  readonly perSecond: number | null
}

/** A rate as the pace counts it. Lanes take turns, so a lane of short flows begins more of them than one of long flows. */
export function toPacedRate(rate: Rate, lanes: readonly LanePlan[]): PacedRate {
  if (rate === null) return { unit: 'packets', perSecond: null }
  if (rate.unit !== 'flows') return { unit: rate.unit, perSecond: rate.perSecond }
  const flowsPerTurn = lanes.reduce((sum, { script }) => {
    if (script === null) return sum
    const { loop, frames } = script
    const repeated = loop === null ? 0 : (loop.to - loop.from) * (loop.passes - 1)
    return sum + 1 / (frames.length + repeated)
  }, 0)
  return { unit: 'packets', perSecond: (rate.perSecond * lanes.length) / Math.max(flowsPerTurn, Number.MIN_VALUE) }
}
