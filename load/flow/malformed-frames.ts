import { type Envelope, encodeEnvelope, envelopeBytes, patchOuterPort, vxlanOffset } from '../packet/envelope.ts'
import type { OuterPortRange } from '../packet/outer-port.ts'
import type { Dice } from './dice.ts'
import { aligned, type FrameMemory } from './frame-table.ts'
import { MALFORMED_BYTES_MAX, malformations } from './malformation.ts'

/** Makes malformed packets, one after the other, in a ring of slots. */
export interface MalformedFrames {
  /** Writes the next one, through a given source, and returns its slot. */
  readonly write: (source: number) => number
  readonly offset: (slot: number) => number
  readonly byteLength: (slot: number) => number
}

const LONGEST_ENVELOPE = envelopeBytes.geneve

const stride = aligned(LONGEST_ENVELOPE + MALFORMED_BYTES_MAX)

/** Memory of a ring. It holds as many packets as a batch, so that none is overwritten before it is sent. */
export const malformedBytes = (slots: number): number => slots * stride

export interface MalformedOptions {
  readonly envelopes: readonly Envelope[]
  readonly outerPorts: OuterPortRange
  readonly dice: Dice
  readonly slots: number
}

/**
 * The envelope stays such that a load balancer forwards it: outer IPv4 and UDP are sound. What is wrong is the tunnel
 * header or the frame in it.
 */
export function createMalformedFrames(memory: FrameMemory, start: number, options: MalformedOptions): MalformedFrames {
  const { envelopes, outerPorts, dice, slots } = options
  const byteLengths = new Int32Array(slots)
  let written = 0
  const offset = (slot: number) => start + slot * stride
  return {
    write: (source) => {
      const envelope = envelopes[source]
      if (envelope === undefined) throw new RangeError(`there is no source ${source}`)
      const slot = written % slots
      const at = offset(slot)
      const header = envelopeBytes[envelope.encapsulation]
      const malform = malformations[written++ % malformations.length]
      const frameBytes = malform?.write(memory, at + header, dice) ?? 0
      encodeEnvelope(memory.view, at, envelope, frameBytes)
      patchOuterPort(memory.view, at, envelope, outerPorts.first + dice.below(outerPorts.count))
      if (envelope.encapsulation !== 'none')
        malform?.tunnel?.(memory.view, at + vxlanOffset(envelope.encapsulation), dice)
      byteLengths[slot] = header + frameBytes
      return slot
    },
    offset,
    byteLength: (slot) => byteLengths[slot] ?? 0,
  }
}
