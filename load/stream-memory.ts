import { createDice } from './flow/dice.ts'
import { createFlowStart, type Part } from './flow/flow-start.ts'
import { createFlowStream } from './flow/flow-stream.ts'
import { aligned } from './flow/frame-table.ts'
import { planLanes } from './flow/lane-plan.ts'
import { laneBytes, writeLanes } from './flow/lane-table.ts'
import { createMalformedFrames, malformedBytes } from './flow/malformed-frames.ts'
import type { PacketStream } from './flow/packet-stream.ts'
import { type PacedRate, type RunPlan, toPacedRate } from './run-plan.ts'
import { createMessageVector, type MessageVector, messageVectorBytes } from './send/message-vector.ts'
import { allocateNativeMemory, type NativeMemory } from './send/native-memory.ts'

export interface BuiltStream {
  readonly stream: PacketStream
  readonly memory: NativeMemory
  /** The vector whose messages point into the memory. */
  readonly messages: MessageVector
  readonly rate: PacedRate
}

/** More memory than this is a mistake in a scenario, not a wish. */
const MEMORY_BYTES_MAX = 1 << 30

/** Lays out one worker's message vector and frames in one block of memory, which frames are then sent from. */
export function buildFlowStream(plan: RunPlan, part: Part): BuiltStream {
  const { scenario, envelopes } = plan
  const inner = envelopes.map(({ source }) => ({ ipv4: source | 0 }))
  const lanePlans = planLanes(scenario, inner, part)
  const framesAt = aligned(messageVectorBytes(plan.batch))
  const malformedAt = framesAt + laneBytes(lanePlans, envelopes)
  const memory = allocateMemory(malformedAt + malformedBytes(plan.batch))
  const lanes = writeLanes(lanePlans, envelopes, memory, framesAt)
  const { outerPorts, seed } = scenario
  const dice = createDice(seed + part.worker)
  const stream = createFlowStream({
    ...lanes,
    ...{ envelopes, packetsMax: toShare(scenario.packets, part) },
    startFlow: createFlowStart(lanes, { envelopes, outerPorts, part, seed }),
    malformed: createMalformedFrames(memory, malformedAt, { envelopes, outerPorts, dice, slots: plan.batch }),
  })
  const messages = createMessageVector(memory, 0, plan.batch)
  return { stream, memory, messages, rate: toPacedRate(scenario.rate, lanePlans) }
}

/** The first workers take what does not divide. */
const toShare = (packets: number, { worker, workers }: Part): number =>
  Math.floor(packets / workers) + (worker < packets % workers ? 1 : 0)

export function allocateMemory(byteLength: number): NativeMemory {
  if (byteLength > MEMORY_BYTES_MAX) {
    const mebibytes = (bytes: number) => Math.ceil(bytes / (1 << 20))
    throw new RangeError(
      `the frames of all flows take ${mebibytes(byteLength)} MiB for one worker, allowed are ` +
        `${mebibytes(MEMORY_BYTES_MAX)}; ask for fewer concurrent flows or smaller responses`,
    )
  }
  return allocateNativeMemory(byteLength)
}
