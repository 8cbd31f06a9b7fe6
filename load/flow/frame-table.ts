import { type Envelope, encodeEnvelope, envelopeBytes } from '../packet/envelope.ts'
import { ipProtocols } from '../packet/ipv4.ts'
import type { InnerFrame } from './inner-frame.ts'

/** Memory that frames stand in; the kernel reads it too. */
export interface FrameMemory {
  readonly view: DataView
  readonly bytes: Uint8Array
}

const ALIGNMENT = 64
export const aligned = (byteLength: number): number => Math.ceil(byteLength / ALIGNMENT) * ALIGNMENT

/**
 * All frames of all lanes, each whole in memory with its envelope in front, and where in memory stands what changes from
 * flow to flow: columns of numbers, because they are read for every packet. Offsets are of the memory; -1 is "not there".
 */
export interface FrameTable extends FrameMemory {
  readonly offset: Int32Array
  readonly byteLength: Int32Array
  readonly clientPortAt: Int32Array
  readonly addressAt: Int32Array
  readonly ipChecksumAt: Int32Array
  readonly transportAt: Int32Array
  readonly checksumAt: Int32Array
  readonly sequenceAt: Int32Array
  readonly tokenAt: Int32Array
  readonly toServer: Uint8Array
}

export interface PlacedFrame {
  readonly frame: InnerFrame
  readonly envelope: Envelope
}

/** Memory that so many frames take. */
export const tableBytes = (frames: readonly PlacedFrame[]): number =>
  frames.reduce((sum, placed) => sum + aligned(outerLength(placed)), 0)

const outerLength = ({ frame, envelope }: PlacedFrame): number =>
  envelopeBytes[envelope.encapsulation] + frame.bytes.length

/** Writes the frames into memory from `start` on. */
export function writeFrameTable(memory: FrameMemory, start: number, frames: readonly PlacedFrame[]): FrameTable {
  const column = () => new Int32Array(frames.length).fill(-1)
  const table: FrameTable = {
    ...{ view: memory.view, bytes: memory.bytes, offset: column(), byteLength: column(), clientPortAt: column() },
    ...{ addressAt: column(), ipChecksumAt: column(), transportAt: column(), checksumAt: column() },
    ...{ sequenceAt: column(), tokenAt: column(), toServer: new Uint8Array(frames.length) },
  }
  let at = start
  frames.forEach((placed, index) => {
    const { frame, envelope } = placed
    const inner = at + encodeEnvelope(memory.view, at, envelope, frame.bytes.length)
    memory.bytes.set(frame.bytes, inner)
    const place = (offset: number) => (offset < 0 ? -1 : inner + offset)
    table.offset[index] = at
    table.byteLength[index] = outerLength(placed)
    table.clientPortAt[index] = place(frame.clientPortAt)
    table.addressAt[index] = place(frame.addressAt)
    table.ipChecksumAt[index] = place(frame.ipChecksumAt)
    table.transportAt[index] = place(frame.transportAt)
    table.checksumAt[index] = place(frame.checksumAt)
    table.sequenceAt[index] = place(frame.sequenceAt)
    table.tokenAt[index] = place(frame.tokenAt)
    table.toServer[index] = frame.toServer ? 1 : 0
    at += aligned(outerLength(placed))
  })
  return table
}

/** UDP frames have no sequence number. */
export const protocolOf = (table: FrameTable, frame: number): number =>
  (table.sequenceAt[frame] ?? -1) < 0 ? ipProtocols.udp : ipProtocols.tcp
