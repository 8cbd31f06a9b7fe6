import { type Envelope, envelopeBytes } from '../packet/envelope.ts'
import { decodeFiveTuple, emptyFiveTuple } from '../packet/five-tuple.ts'
import { hashOuterPort, type OuterPortRange, RESOLVER_REPLY_PORT } from '../packet/outer-port.ts'
import { createFlowNumbers } from './flow-numbers.ts'
import { type FlowIdentity, patchFlow, patchOuterPorts } from './flow-patch.ts'
import type { Lanes } from './lane-table.ts'

/** Which of several workers, who share all sources. */
export interface Part {
  readonly worker: number
  readonly workers: number
}

export interface FlowStartOptions {
  readonly envelopes: readonly Envelope[]
  readonly outerPorts: OuterPortRange
  readonly part: Part
  readonly seed: number
}

/** Turns the frames of a lane into those of its next flow. Allocates nothing. */
export type FlowStart = (lane: number) => void

export function createFlowStart({ lanes, frames }: Lanes, options: FlowStartOptions): FlowStart {
  const { envelopes, outerPorts, part, seed } = options
  const nextNumber = createFlowNumbers(part, envelopes.length)
  const before: FlowIdentity[] = lanes.plans.map(({ address }) => ({ clientPort: 0, address, token: 0 }))
  const after: FlowIdentity = { clientPort: 0, address: 0, token: 0 }
  const range = { first: 0, end: 0 }
  const ports = { toServer: 0, toClient: 0 }
  const packet = emptyFiveTuple()
  /** Runs of different seeds name their flows differently, so their events can be told apart. */
  const tokenBase = Math.imul(seed + 1, 0x9e3779b1)
  let flows = 0

  return (lane) => {
    const [plan, last] = [lanes.plans[lane], before[lane]]
    const envelope = envelopes[plan?.source ?? -1]
    if (!plan || !last || !envelope) throw new RangeError(`there is no lane ${lane}`)
    range.first = lanes.first[lane] ?? 0
    range.end = lanes.end[lane] ?? 0
    nextNumber(plan.source, plan.variesIn, plan.address, after)
    after.token = (tokenBase + flows++ * part.workers + part.worker) >>> 0
    patchFlow(frames, range, last, after)
    last.clientPort = after.clientPort
    last.address = after.address

    const inner = (frames.offset[range.first] ?? 0) + envelopeBytes[envelope.encapsulation]
    decodeFiveTuple(frames.view, inner, frames.view.byteLength, packet)
    ports.toServer = hashOuterPort(packet, outerPorts)
    ports.toClient = plan.script?.isResolved === true ? RESOLVER_REPLY_PORT : ports.toServer
    patchOuterPorts(frames, range, envelope, ports)
  }
}
