import { type Envelope, patchOuterPort } from '../packet/envelope.ts'
import { adjustChecksum, checksumDelta32 } from '../packet/internet-checksum.ts'
import type { FrameTable } from './frame-table.ts'

/*
 * A flow's frames lie in memory from one flow of a lane to the next; only what differs is written: the client's port, one
 * address, the name in the payload, and the checksums over them by what changed (RFC 1624).
 */

/** What one flow is called, and what it was called before in the same memory. */
export interface FlowIdentity {
  clientPort: number
  /** Last 32 bits of the address that varies. */
  address: number
  /** 32 bits, shown as eight hex digits. */
  token: number
}

/** Frames `first` to before `end` become those of another flow. Allocates nothing. */
export function patchFlow(
  table: FrameTable,
  { first, end }: { readonly first: number; readonly end: number },
  before: Readonly<FlowIdentity>,
  after: Readonly<FlowIdentity>,
): void {
  const { view } = table
  const addressDelta = checksumDelta32(before.address, after.address)
  const delta = addressDelta + checksumDelta32(before.clientPort, after.clientPort)
  const high = toHexDigits(after.token >>> 16)
  const low = toHexDigits(after.token & 0xffff)
  for (let frame = first; frame < end; frame++) {
    view.setUint16(at(table.clientPortAt, frame), after.clientPort)
    view.setUint32(at(table.addressAt, frame), after.address)
    const ipChecksumAt = at(table.ipChecksumAt, frame)
    if (ipChecksumAt >= 0) view.setUint16(ipChecksumAt, adjustChecksum(view.getUint16(ipChecksumAt), addressDelta))
    const tokenAt = at(table.tokenAt, frame)
    patchChecksum(table, frame, tokenAt < 0 ? delta : delta + patchToken(table, frame, tokenAt, high, low))
  }
}

/** All frames of the flow get its outer port; a resolver's replies get theirs. */
export function patchOuterPorts(
  table: FrameTable,
  { first, end }: { readonly first: number; readonly end: number },
  envelope: Envelope,
  ports: { readonly toServer: number; readonly toClient: number },
): void {
  for (let frame = first; frame < end; frame++) {
    const port = table.toServer[frame] === 1 ? ports.toServer : ports.toClient
    patchOuterPort(table.view, at(table.offset, frame), envelope, port)
  }
}

/** Moves the sequence numbers of TCP frames on (or back) by what each end has said since. */
export function patchSequence(
  table: FrameTable,
  { first, end }: { readonly first: number; readonly end: number },
  clientBytes: number,
  serverBytes: number,
): void {
  const { view } = table
  for (let frame = first; frame < end; frame++) {
    const sequenceAt = at(table.sequenceAt, frame)
    if (sequenceAt < 0) continue
    const isClients = table.toServer[frame] === 1
    const delta =
      addTo32(view, sequenceAt, isClients ? clientBytes : serverBytes) +
      addTo32(view, sequenceAt + 4, isClients ? serverBytes : clientBytes)
    patchChecksum(table, frame, delta)
  }
}

const at = (column: Int32Array, frame: number): number => column[frame] ?? -1

function addTo32(view: DataView, offset: number, bytes: number): number {
  const before = view.getUint32(offset)
  const after = (before + bytes) >>> 0
  view.setUint32(offset, after)
  return checksumDelta32(before, after)
}

function patchChecksum(table: FrameTable, frame: number, delta: number): void {
  const checksumAt = at(table.checksumAt, frame)
  const checksum = adjustChecksum(table.view.getUint16(checksumAt), delta)
  // UDP says "no checksum" by 0 (RFC 768).
  const isUdp = at(table.sequenceAt, frame) < 0
  table.view.setUint16(checksumAt, isUdp && checksum === 0 ? 0xffff : checksum)
}

/** Returns the delta. At an odd distance from the header each byte counts in the other half of its word. */
function patchToken(table: FrameTable, frame: number, tokenAt: number, high: number, low: number): number {
  const { view } = table
  const delta = checksumDelta32(view.getUint32(tokenAt), high) + checksumDelta32(view.getUint32(tokenAt + 4), low)
  view.setUint32(tokenAt, high)
  view.setUint32(tokenAt + 4, low)
  if (((tokenAt - at(table.transportAt, frame)) & 1) === 0) return delta
  const folded = adjustChecksum(0xffff, delta) ^ 0xffff
  return ((folded & 0xff) << 8) | (folded >>> 8)
}

/** Four hex digits as four ASCII bytes in one word. */
function toHexDigits(value: number): number {
  let digits = 0
  for (let shift = 12; shift >= 0; shift -= 4) {
    const digit = (value >>> shift) & 0xf
    digits = (digits << 8) | (digit < 10 ? 0x30 + digit : 0x57 + digit)
  }
  return digits >>> 0
}
