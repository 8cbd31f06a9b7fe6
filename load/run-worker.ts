import { createDice } from './flow/dice.ts'
import { createFlowStart, type Part } from './flow/flow-start.ts'
import { createFlowStream } from './flow/flow-stream.ts'
import { aligned, type FrameMemory } from './flow/frame-table.ts'
import { planLanes } from './flow/lane-plan.ts'
import { laneBytes, writeLanes } from './flow/lane-table.ts'
import { createMalformedFrames, malformedBytes } from './flow/malformed-frames.ts'
import type { PacketStream } from './flow/packet-stream.ts'
import { type RunPlan, toPacedRate } from './run-plan.ts'
import { createSendQueue } from './send/frame-queue.ts'
import type { FrameSink } from './send/frame-sink.ts'
import { createMessageVector, messageVectorBytes } from './send/message-vector.ts'
import { allocateNativeMemory } from './send/native-memory.ts'
import { createPace } from './send/pace.ts'
import { openPacketSink } from './send/packet-sink.ts'
import { openPcapSink } from './send/pcap-sink.ts'
import type { WorkerControl } from './send/run-control.ts'
import { runSendLoop, type SendLoopResult } from './send/send-loop.ts'
import type { SourceCounts } from './truth.ts'

export interface WorkerResult {
  readonly loop: SendLoopResult
  readonly sources: readonly SourceCounts[]
}

/** More memory than this is a mistake in a scenario, not a wish. */
const MEMORY_BYTES_MAX = 1 << 30

/** Plays one worker's part of a run, from building its frames to closing its sink. Blocks its thread. */
export function playRun(plan: RunPlan, part: Part, control: WorkerControl): WorkerResult {
  const { stream, memory, queue, rate } = buildStream(plan, part)
  const pcap = plan.sink.kind === 'pcap' ? openPcapSink(plan.sink.path, memory, rate) : null
  const sink = pcap ?? openLiveSink(plan)
  const clock = pcap?.clock ?? (() => performance.now())
  try {
    control.waitForStart()
    const start = clock()
    const share = pcap !== null || rate.perSecond === null ? null : rate.perSecond / part.workers
    const deadline = start + plan.scenario.seconds * 1000
    const pace = createPace(share, start)
    const loop = runSendLoop({ stream, queue, sink, pace, unit: rate.unit, control, clock, deadline })
    return { loop, sources: stream.sourceCounts() }
  } finally {
    sink.close()
  }
}
