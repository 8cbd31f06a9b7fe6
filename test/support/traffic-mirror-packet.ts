import { decodeFiveTuple, emptyFiveTuple, type FiveTuple } from '../../load/packet/five-tuple.ts'
import { type FrameFields, toFrame } from './frame.ts'

/** The five-tuple of a frame with these fields, as the mirror sees it. */
export function toPacket(fields: FrameFields = {}): FiveTuple {
  const packet = emptyFiveTuple()
  const { view, bytes } = toFrame(fields)
  if (!decodeFiveTuple(view, 0, bytes, packet)) throw new Error(`no packet has these fields: ${JSON.stringify(fields)}`)
  return packet
}
