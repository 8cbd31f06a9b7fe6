import { open, stat } from 'node:fs/promises'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

/** Events of the kinds that a scenario promises. */
export interface EventCounts {
  readonly http: number
  readonly tls: number
  /** Queries; the answer to one is an event of its own. */
  readonly dns: number
  /** Of the canary's rule. */
  readonly alert: number
}

const canaryId = 1000002

const Event = Type.Union([
  Type.Object({ event_type: Type.Literal('http') }),
  Type.Object({ event_type: Type.Literal('tls') }),
  Type.Object({ event_type: Type.Literal('dns'), dns: Type.Object({ type: Type.Literal('query') }) }),
  Type.Object({
    event_type: Type.Literal('alert'),
    alert: Type.Object({ signature_id: Type.Literal(canaryId) }),
  }),
])

/** @returns the kind of a whole line of eve.json, or null when it is none that counts */
export function toEventKind(line: string): keyof EventCounts | null {
  // Most lines are flows and alerts of other rules: not parsing them makes reading a large log several times faster.
  if (!/"event_type":"(?:http|tls|dns)"|"signature_id":1000002\b/.test(line)) return null
  try {
    const event: unknown = JSON.parse(line)
    return Value.Check(Event, event) ? event.event_type : null
  } catch {
    return null
  }
}

const chunkBytes = 1 << 20
const newline = 0x0a

/** Counts the events that one sensor's eve.json gains, from where it ends when this is made. Each look reads what is new. */
export class EveTally {
  readonly #path: string
  readonly #counts = { http: 0, tls: 0, dns: 0, alert: 0 }
  #offset: number
  /** A line is written in pieces; its beginning is kept as bytes, for a character may be cut in two. */
  #rest: Buffer = Buffer.alloc(0)

  private constructor(path: string, offset: number) {
    this.#path = path
    this.#offset = offset
  }

  /** A log that does not exist yet begins at 0. */
  static async from(path: string): Promise<EveTally> {
    return new EveTally(path, await toSize(path))
  }

  async read(): Promise<EventCounts> {
    if ((await toSize(this.#path)) > this.#offset) await this.#readNew()
    return { ...this.#counts }
  }

  async #readNew(): Promise<void> {
    const file = await open(this.#path, 'r')
    try {
      const chunk = Buffer.alloc(chunkBytes)
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, chunkBytes, this.#offset)
        if (bytesRead === 0) return
        this.#offset += bytesRead
        this.#take(chunk.subarray(0, bytesRead))
      }
    } finally {
      await file.close()
    }
  }

  #take(chunk: Buffer): void {
    const end = chunk.lastIndexOf(newline)
    if (end < 0) {
      this.#rest = Buffer.concat([this.#rest, chunk])
      return
    }
    const whole = Buffer.concat([this.#rest, chunk.subarray(0, end)]).toString('utf8')
    this.#rest = Buffer.from(chunk.subarray(end + 1))
    for (const line of whole.split('\n')) {
      const kind = toEventKind(line)
      if (kind !== null) this.#counts[kind]++
    }
  }
}

const toSize = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0
    throw error
  }
}

export const addEvents = (counts: readonly EventCounts[]): EventCounts => {
  const sum = (kind: keyof EventCounts) => counts.reduce((total, one) => total + one[kind], 0)
  return { http: sum('http'), tls: sum('tls'), dns: sum('dns'), alert: sum('alert') }
}
