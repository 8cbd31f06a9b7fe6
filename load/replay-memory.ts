import { readFileSync, statSync } from 'node:fs'
import { aligned } from './flow/frame-table.ts'
import { createReplayStream, replayBytes } from './flow/replay-stream.ts'
import { decodePcap } from './packet/pcap-file.ts'
import { type RunPlan, toPacedRate } from './run-plan.ts'
import { createMessageVector, messageVectorBytes } from './send/message-vector.ts'
import { allocateMemory, type BuiltStream } from './stream-memory.ts'

const FILE_BYTES_MAX = 512 * 1024 * 1024

/** The frames of a capture file. Throws on a file that is none, says what it left out otherwise. */
export function readReplay(path: string): { readonly frames: readonly Uint8Array[]; readonly isCutOff: boolean } {
  const { size } = statSync(path)
  if (size > FILE_BYTES_MAX) {
    throw new RangeError(`${path} has ${size} bytes, allowed are ${FILE_BYTES_MAX}; cut it with \`editcap -c\``)
  }
  const bytes = readFileSync(path)
  const decoded = decodePcap(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  if (!decoded.ok) throw new Error(`${path} is ${decoded.reason}`)
  const { frames, isCutOff } = decoded.file
  return { isCutOff, frames: frames.map(({ offset, byteLength }) => bytes.subarray(offset, offset + byteLength)) }
}

/** Lays out a capture's frames in one block of memory, as buildFlowStream does a scenario's. */
export function buildReplayStream(plan: RunPlan, replay: NonNullable<RunPlan['replay']>): BuiltStream {
  const { scenario, envelopes, batch } = plan
  const [envelope] = envelopes
  if (envelope === undefined) throw new RangeError('a replay needs one source')
  const { frames } = readReplay(replay.path)
  const framesAt = aligned(messageVectorBytes(batch))
  const memory = allocateMemory(framesAt + replayBytes(frames, envelope))
  const stream = createReplayStream(memory, framesAt, frames, {
    ...{ envelope, outerPorts: scenario.outerPorts, packetsMax: scenario.packets, isRepeated: replay.isRepeated },
  })
  return { stream, memory, messages: createMessageVector(memory, 0, batch), rate: toPacedRate(scenario.rate, []) }
}
