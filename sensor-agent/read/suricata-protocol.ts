import type { Answer } from '../sample/reading.ts'
import { answered, failed } from './answer.ts'
import { isJsonObject } from './json-tree.ts'

/**
 * Suricata's command socket (src/unix-manager.c): the client says its version, the server says {"return":"OK"}, then each
 * command is one line of JSON and gets one reply. Since version 0.2 every reply ends with a newline; the JSON itself is
 * compact ASCII and holds none. A reply carries no number: only its order says which command it belongs to.
 */
export const versionLine = '{"version":"0.2"}\n'

/** dump-counters of 32 workers is about 400 KB. Beyond this the other end is not Suricata, and our memory is at stake. */
export const MAXIMUM_REPLY_BYTES = 8 * 1024 * 1024

/** Suricata reads a command into a buffer of 4096 bytes and hangs up on a longer one. */
export const MAXIMUM_COMMAND_BYTES = 4095

export type CommandArguments = Readonly<Record<string, string | number>>

/** @fault SENSOR_COMMAND_TOO_LONG */
export function encodeCommand(command: string, args?: CommandArguments): Answer<string> {
  const line = `${JSON.stringify(args ? { command, arguments: args } : { command })}\n`
  const bytes = Buffer.byteLength(line)
  return bytes > MAXIMUM_COMMAND_BYTES
    ? failed('SENSOR_COMMAND_TOO_LONG', command, bytes, MAXIMUM_COMMAND_BYTES)
    : answered(line)
}

/** Bytes of a reply that has not ended yet. `oversized` is final: where a too long reply ends, nobody knows. */
export interface Framing {
  readonly pending: readonly Uint8Array[]
  readonly pendingBytes: number
  readonly oversized: boolean
}
export const emptyFraming: Framing = { pending: [], pendingBytes: 0, oversized: false }

const NEWLINE = 0x0a

/** Takes the next bytes as they came, cut anywhere; gives the replies that are now whole, without their newlines. */
export function nextFraming(
  framing: Framing,
  chunk: Uint8Array,
  maximumBytes = MAXIMUM_REPLY_BYTES,
): { readonly framing: Framing; readonly replies: readonly Uint8Array[] } {
  if (framing.oversized) return { framing, replies: [] }
  let { pending, pendingBytes } = framing
  const replies: Uint8Array[] = []
  for (let start = 0; start < chunk.length; ) {
    const newline = chunk.indexOf(NEWLINE, start)
    const piece = chunk.subarray(start, newline === -1 ? chunk.length : newline)
    pending = append(pending, piece)
    pendingBytes += piece.length
    if (pendingBytes > maximumBytes) return { framing: { ...emptyFraming, oversized: true }, replies }
    if (newline === -1) break
    replies.push(Buffer.concat(pending))
    pending = []
    pendingBytes = 0
    start = newline + 1
  }
  return { framing: { pending, pendingBytes, oversized: false }, replies }
}

/** Joins pieces of like size, so that a reply that comes byte by byte costs n log n and few pieces, not n squared. */
function append(pending: readonly Uint8Array[], piece: Uint8Array): readonly Uint8Array[] {
  const last = pending.at(-1)
  return last && last.length <= piece.length
    ? append(pending.slice(0, -1), Buffer.concat([last, piece]))
    : [...pending, piece]
}

/** A reply as it came: what was asked for, or the words of a refusal. */
export type Reply =
  | { readonly return: 'OK'; readonly message: unknown }
  | { readonly return: 'NOK'; readonly message: string }

/** Undefined when it is no reply: not UTF-8, not JSON, no object, or neither OK nor NOK. */
export function decodeReturn(reply: Uint8Array): Reply | undefined {
  const value = parseJson(reply)
  if (!isJsonObject(value)) return undefined
  if (value.return === 'OK') return { return: 'OK', message: value.message }
  if (value.return !== 'NOK') return undefined
  return { return: 'NOK', message: typeof value.message === 'string' ? value.message : 'no reason' }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
