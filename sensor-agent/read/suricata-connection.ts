import { connect } from 'node:net'
import type { Answer, Failure } from '../sample/reading.ts'
import { answered, failed, toCause } from './answer.ts'
import { decodeReturn, emptyFraming, MAXIMUM_REPLY_BYTES, nextFraming, type Reply } from './suricata-protocol.ts'

/** One connection to the command socket. Once it has failed it stays failed. */
export interface SuricataConnection {
  readonly isOpen: () => boolean
  /** Sends one line and waits for the one reply. `about` names the command in a fault. One at a time. */
  readonly exchange: (about: string, line: string) => Promise<Answer<Reply>>
  /** Drops the connection; a reply that is still awaited becomes this failure. */
  readonly drop: (failure: Failure) => void
}

interface Awaited {
  readonly about: string
  readonly settle: (answer: Answer<Reply>) => void
}

export function connectSuricata(path: string): SuricataConnection {
  let framing = emptyFraming
  let awaited: Awaited | undefined
  let dropped: Failure | undefined
  let reached = false
  const socket = connect({ path })

  const drop = (failure: Failure): void => {
    if (dropped) return
    dropped = failure
    socket.destroy()
    awaited?.settle(failure)
    awaited = undefined
  }
  const lost = (cause: string): Failure =>
    reached
      ? failed('SENSOR_SOCKET_LOST', path, awaited?.about ?? 'no command', cause)
      : failed('SENSOR_SOCKET_UNREACHABLE', path, cause)

  const receive = (chunk: Uint8Array): void => {
    if (dropped) return
    const next = nextFraming(framing, chunk)
    framing = next.framing
    const outcome = toOutcome(path, awaited?.about, next)
    if (outcome === undefined) return
    if (!outcome.ok) {
      drop(outcome)
      return
    }
    const settle = awaited?.settle
    awaited = undefined
    settle?.(outcome)
  }

  socket.on('connect', () => {
    reached = true
  })
  socket.on('data', receive)
  socket.on('error', (error) => drop(lost(toCause(error))))
  socket.on('close', () => drop(lost('end of stream')))

  return {
    isOpen: () => dropped === undefined,
    drop,
    exchange: (about, line) =>
      new Promise((settle) => {
        if (dropped) return settle(dropped)
        awaited = { about, settle }
        socket.write(line)
      }),
  }
}

/**
 * What the bytes so far amount to: undefined when the reply has not ended. Replies carry no number, so with one too many,
 * or one that nobody asked for, it is not known any more which command a reply belongs to.
 */
function toOutcome(
  path: string,
  about: string | undefined,
  { framing, replies }: ReturnType<typeof nextFraming>,
): Answer<Reply> | undefined {
  if (about === undefined) return failed('SENSOR_SOCKET_GARBAGE', path, 'no command', 'nothing was asked')
  if (framing.oversized) return failed('SENSOR_SOCKET_OVERSIZED', path, MAXIMUM_REPLY_BYTES, about)
  const [bytes, ...more] = replies
  if (bytes === undefined) return undefined
  if (more.length > 0 || framing.pendingBytes > 0)
    return failed('SENSOR_SOCKET_GARBAGE', path, about, 'more than one reply')
  const reply = decodeReturn(bytes)
  return reply ? answered(reply) : failed('SENSOR_SOCKET_GARBAGE', path, about, toExcerpt(bytes))
}

const toExcerpt = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 300)).toString('latin1')
