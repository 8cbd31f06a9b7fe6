import type { Part } from './flow/flow-start.ts'
import { GENEVE_PORT } from './packet/geneve.ts'
import { VXLAN_PORT } from './packet/vxlan.ts'
import { buildReplayStream } from './replay-memory.ts'
import type { RunPlan } from './run-plan.ts'
import { createSendQueue } from './send/frame-queue.ts'
import type { FrameSink, SendMeans } from './send/frame-sink.ts'
import { openInterfaceSink } from './send/interface-sink.ts'
import { createPace } from './send/pace.ts'
import { openPcapSink } from './send/pcap-sink.ts'
import type { WorkerControl } from './send/run-control.ts'
import { runSendLoop, type SendLoopResult } from './send/send-loop.ts'
import { openUdpSink } from './send/udp-sink.ts'
import { type BuiltStream, buildFlowStream } from './stream-memory.ts'
import type { SourceCounts } from './truth.ts'

export interface WorkerResult {
  readonly loop: SendLoopResult
  readonly means: SendMeans
  readonly sources: readonly SourceCounts[]
}

/** Plays one worker's part of a run, from building its frames to closing its sink. Blocks its thread. */
export function playRun(plan: RunPlan, part: Part, control: WorkerControl): WorkerResult {
  const built = plan.replay === null ? buildFlowStream(plan, part) : buildReplayStream(plan, plan.replay)
  const { stream, memory, rate } = built
  const pcap = plan.sink.kind === 'pcap' ? openPcapSink(plan.sink.path, memory, rate) : null
  const sink: FrameSink = pcap ?? openLiveSink(plan, part, built)
  const clock = pcap?.clock ?? (() => performance.now())
  try {
    control.waitForStart()
    const start = clock()
    const share = pcap !== null || rate.perSecond === null ? null : rate.perSecond / part.workers
    const loop = runSendLoop({
      stream,
      queue: createSendQueue(plan.batch),
      sink,
      pace: createPace(share, start),
      unit: rate.unit,
      control,
      clock,
      deadline: start + plan.scenario.seconds * 1000,
    })
    return { loop, means: sink.means(), sources: stream.sourceCounts() }
  } finally {
    sink.close()
  }
}

function openLiveSink({ sink, encapsulation }: RunPlan, { worker }: Part, built: BuiltStream): FrameSink {
  const { memory, messages } = built
  switch (sink.kind) {
    case 'interface':
      return openInterfaceSink({ interfaceName: sink.name, queueNumber: worker, memory, messages })
    case 'target':
      return openUdpSink(sink.address, encapsulation === 'geneve' ? GENEVE_PORT : VXLAN_PORT, { memory, messages })
    case 'pcap':
      throw new TypeError('a capture file is opened with its own clock')
  }
}
