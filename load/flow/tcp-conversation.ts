import { tcpFlags } from '../packet/tcp.ts'
import type { Loop } from './flow-script.ts'
import { type Conversation, type InnerFrame, type Payload, toTcpFrame } from './inner-frame.ts'

const nothing: Payload = { bytes: new Uint8Array(0) }

export interface TcpConversation {
  readonly frames: InnerFrame[]
  /** The three-way handshake (RFC 9293 §3.5). */
  readonly open: () => void
  /** Sends a payload in segments of at most `segmentBytes`; the other end acknowledges every second one and the last. */
  readonly say: (toServer: boolean, payload: Payload, segmentBytes: number) => void
  /** Both ends close, the client first (RFC 9293 §3.6). */
  readonly close: () => void
  /** What `body` says becomes a loop. */
  readonly repeat: (passes: number, body: () => void) => Loop
}

/** Writes the frames of one connection, keeping both ends' sequence numbers. */
export function createTcpConversation(conversation: Conversation, isn: readonly [number, number]): TcpConversation {
  const frames: InnerFrame[] = []
  /** Next sequence number of the server (0) and of the client (1). */
  const next: [number, number] = [isn[1], isn[0]]

  const segment = (toServer: boolean, flags: number, payload: Payload = nothing) => {
    const [mine, theirs] = toServer ? ([1, 0] as const) : ([0, 1] as const)
    const acknowledgmentNumber = (flags & tcpFlags.ack) === 0 ? 0 : next[theirs] >>> 0
    const numbers = { sequenceNumber: next[mine] >>> 0, acknowledgmentNumber, flags }
    frames.push(toTcpFrame(conversation, toServer, numbers, payload))
    next[mine] += payload.bytes.length + ((flags & (tcpFlags.syn | tcpFlags.fin)) === 0 ? 0 : 1)
  }
  const acknowledge = (toServer: boolean) => segment(toServer, tcpFlags.ack)

  return {
    frames,
    open: () => {
      segment(true, tcpFlags.syn)
      segment(false, tcpFlags.syn | tcpFlags.ack)
      acknowledge(true)
    },
    say: (toServer, payload, segmentBytes) => {
      const parts = Math.ceil(payload.bytes.length / segmentBytes)
      for (let part = 0; part < parts; part++) {
        const isLast = part === parts - 1
        segment(toServer, tcpFlags.ack | (isLast ? tcpFlags.psh : 0), toPart(payload, part, segmentBytes))
        if (isLast || part % 2 === 1) acknowledge(!toServer)
      }
    },
    close: () => {
      segment(true, tcpFlags.fin | tcpFlags.ack)
      segment(false, tcpFlags.fin | tcpFlags.ack)
      acknowledge(true)
    },
    repeat: (passes, body) => {
      const [from, server, client] = [frames.length, next[0], next[1]]
      body()
      return { from, to: frames.length, passes, clientBytes: next[1] - client, serverBytes: next[0] - server }
    },
  }
}

/** The token must lie in one segment, or the flow's name would be patched past the end of a frame. */
function toPart({ bytes, tokenAt = -1 }: Payload, part: number, segmentBytes: number): Payload {
  const from = part * segmentBytes
  const slice = bytes.subarray(from, from + segmentBytes)
  if (tokenAt < from || tokenAt >= from + slice.length) return { bytes: slice }
  if (tokenAt + 8 > from + slice.length)
    throw new RangeError(`segments of ${segmentBytes} bytes cut a flow's name in two`)
  return { bytes: slice, tokenAt: tokenAt - from }
}
