import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { LogTail, toLogBytes } from '../log-tail.ts'

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

/** Counts the events that one sensor's eve.json gains, from where it ends when this is made. Each look reads what is new. */
export class EveTally {
  readonly #tail: LogTail
  readonly #counts = { http: 0, tls: 0, dns: 0, alert: 0 }

  private constructor(tail: LogTail) {
    this.#tail = tail
  }

  static async from(path: string): Promise<EveTally> {
    return new EveTally(new LogTail(path, { offset: await toLogBytes(path) }))
  }

  async read(): Promise<EventCounts> {
    await this.#tail.read((line) => {
      const kind = toEventKind(line)
      if (kind !== null) this.#counts[kind]++
    })
    return { ...this.#counts }
  }
}

export const addEvents = (counts: readonly EventCounts[]): EventCounts => {
  const sum = (kind: keyof EventCounts) => counts.reduce((total, one) => total + one[kind], 0)
  return { http: sum('http'), tls: sum('tls'), dns: sum('dns'), alert: sum('alert') }
}
