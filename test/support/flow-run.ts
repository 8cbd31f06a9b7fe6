import { createDice } from '../../load/flow/dice.ts'
import { createFlowStart, type Part } from '../../load/flow/flow-start.ts'
import { createFlowStream } from '../../load/flow/flow-stream.ts'
import { planLanes } from '../../load/flow/lane-plan.ts'
import { laneBytes, writeLanes } from '../../load/flow/lane-table.ts'
import { createMalformedFrames, malformedBytes } from '../../load/flow/malformed-frames.ts'
import { EXHAUSTED, type FrameQueue, type PacketStream, SEND_FIRST } from '../../load/flow/packet-stream.ts'
import { toEnvelopes } from '../../load/run-plan.ts'
import type { Scenario } from '../../load/scenario.ts'
import { toTruth } from '../../load/truth.ts'

export interface FlowRunOptions {
  readonly part?: Part
  readonly encapsulation?: 'vxlan' | 'geneve'
  readonly capacity?: number
  /** Called before each frame is queued. */
  readonly before?: (stream: PacketStream, packets: number) => void
}

/** Plays a scenario's flows without a kernel: the frames in their order, as they were when their batch was sent. */
export function playFlows(scenario: Scenario, options: FlowRunOptions = {}) {
  const { part = { worker: 0, workers: 1 }, encapsulation = 'vxlan', capacity = 64, before = () => {} } = options
  const envelopes = toEnvelopes(scenario, {
    ...{ encapsulation, destinationMac: 2, sourceMac: 1, firstSource: '198.18.64.1', destination: '198.18.255.1' },
    ...{ firstVirtualNetworkId: 101, gateway: { loadBalancer: 1, endpoint: 2 } },
  })
  const plans = planLanes(
    scenario,
    envelopes.map(({ source }) => ({ ipv4: source | 0 })),
    part,
  )
  const malformedAt = laneBytes(plans, envelopes)
  const buffer = new ArrayBuffer(malformedAt + malformedBytes(capacity))
  const memory = { view: new DataView(buffer), bytes: new Uint8Array(buffer) }
  const lanes = writeLanes(plans, envelopes, memory, 0)
  const { outerPorts, seed } = scenario
  const stream = createFlowStream({
    ...lanes,
    ...{ envelopes, packetsMax: scenario.packets },
    startFlow: createFlowStart(lanes, { envelopes, outerPorts, part, seed }),
    malformed: createMalformedFrames(memory, malformedAt, {
      ...{ envelopes, outerPorts, dice: createDice(seed + part.worker), slots: capacity },
    }),
  })
  const frames = drain(stream, memory.bytes, capacity, before)
  return { frames, truth: toTruth(stream.sourceCounts()), stream }
}

function drain(
  stream: PacketStream,
  bytes: Uint8Array,
  capacity: number,
  before: (stream: PacketStream, packets: number) => void,
): Uint8Array[] {
  const sent: Uint8Array[] = []
  let queued: [offset: number, byteLength: number][] = []
  let batchNumber = 0
  const queue: FrameQueue = {
    capacity,
    count: () => queued.length,
    batchNumber: () => batchNumber,
    add: (offset, byteLength) => void queued.push([offset, byteLength]),
  }
  const send = () => {
    for (const [offset, byteLength] of queued) sent.push(bytes.slice(offset, offset + byteLength))
    queued = []
    batchNumber++
  }
  for (;;) {
    before(stream, sent.length + queued.length)
    const result = queued.length === capacity ? SEND_FIRST : stream.queueNext(queue)
    if (result === EXHAUSTED) break
    if (result === SEND_FIRST) send()
  }
  send()
  return sent
}
