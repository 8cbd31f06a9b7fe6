import { toIpv4Text } from '../packet/address-text.ts'
import { type Envelope, encodeEnvelope, envelopeBytes, patchOuterPort } from '../packet/envelope.ts'
import { decodeFiveTuple, emptyFiveTuple, type FiveTuple } from '../packet/five-tuple.ts'
import { hashOuterPort, type OuterPortRange } from '../packet/outer-port.ts'
import { noCounts } from '../truth.ts'
import { aligned, type FrameMemory } from './frame-table.ts'
import { EXHAUSTED, type PacketStream } from './packet-stream.ts'

export interface ReplayOptions {
  readonly envelope: Envelope
  readonly outerPorts: OuterPortRange
  readonly packetsMax: number
  /** Begins again after the last frame. */
  readonly isRepeated: boolean
}

/** Memory that the frames take with their envelopes. */
export const replayBytes = (frames: readonly Uint8Array[], { encapsulation }: Envelope): number =>
  frames.reduce((sum, frame) => sum + aligned(envelopeBytes[encapsulation] + frame.length), 0)

/** Frames of a capture, in its order, each in an envelope. What they hold is not known, so no transactions are counted. */
export function createReplayStream(
  memory: FrameMemory,
  start: number,
  frames: readonly Uint8Array[],
  options: ReplayOptions,
): PacketStream {
  const { envelope, packetsMax, isRepeated } = options
  const header = envelopeBytes[envelope.encapsulation]
  const offsets = new Int32Array(frames.length)
  const flowNames = frames.map((frame, index) => {
    offsets[index] =
      index === 0 ? start : (offsets[index - 1] ?? 0) + aligned(header + (frames[index - 1]?.length ?? 0))
    return placeFrame(memory, offsets[index] ?? 0, frame, options)
  })
  const flows = new Set<string>()
  const counts = { packets: 0, bytes: 0, next: 0, isStopped: false }
  return {
    queueNext: (queue) => {
      if (counts.next === frames.length && isRepeated) counts.next = 0
      const frame = frames[counts.next]
      if (counts.isStopped || frame === undefined || counts.packets >= packetsMax) return EXHAUSTED
      const byteLength = header + frame.length
      const name = flowNames[counts.next]
      if (name) flows.add(name)
      queue.add(offsets[counts.next++] ?? 0, byteLength, 0)
      counts.packets++
      counts.bytes += byteLength
      return byteLength
    },
    stop: () => {
      counts.isStopped = true
    },
    discount: (_lane, byteLength) => {
      counts.packets--
      counts.bytes -= byteLength
    },
    sourceCounts: () => [
      {
        ...{ source: toIpv4Text(envelope.source), virtualNetworkId: envelope.virtualNetworkId },
        ...{ malformedPackets: 0, unfinishedFlows: 0 },
        counts: {
          ...noCounts(),
          packets: counts.packets,
          outerBytes: counts.bytes,
          innerBytes: counts.bytes - counts.packets * header,
          flows: flows.size,
        },
      },
    ],
  }
}

/** Writes a frame with its envelope and returns its flow's name; null: it is no IP packet, or cut off. */
function placeFrame(memory: FrameMemory, at: number, frame: Uint8Array, options: ReplayOptions): string | null {
  const { envelope, outerPorts } = options
  const inner = at + encodeEnvelope(memory.view, at, envelope, frame.length)
  memory.bytes.set(frame, inner)
  const packet = emptyFiveTuple()
  const isFlow = decodeFiveTuple(memory.view, inner, inner + frame.length, packet)
  patchOuterPort(memory.view, at, envelope, isFlow ? hashOuterPort(packet, outerPorts) : outerPorts.first)
  return isFlow ? toFlowName(packet) : null
}

/** The same for both directions. */
const toFlowName = ({ protocol, source, destination, sourcePort, destinationPort }: FiveTuple): string =>
  [protocol, ...[`${source} ${sourcePort}`, `${destination} ${destinationPort}`].toSorted()].join(' ')
