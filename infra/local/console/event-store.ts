import type { AuditEvent, EventFilter, EventsAnswer } from './messages.ts'

/** Up to twice as many are held, which is some tens of megabytes; minutes of a busy region. */
const keptEvents = 20_000
const shownEvents = 200

/** The last events across the fleet, searchable. */
export class EventStore {
  readonly #kept: number
  #events: AuditEvent[] = []
  #count = 0

  constructor(kept: number = keptEvents) {
    this.#kept = kept
  }

  /** All that ever came. */
  get count(): number {
    return this.#count
  }

  add(events: readonly Omit<AuditEvent, 'number'>[]): void {
    for (const event of events) this.#events.push({ number: ++this.#count, ...event })
    // Not one by one: that would move the whole list for each.
    if (this.#events.length > 2 * this.#kept) this.#events = this.#events.slice(-this.#kept)
  }

  search(filter: EventFilter): EventsAnswer {
    const kept = this.#events.slice(-this.#kept)
    const matching = kept.filter((event) => isMatch(event, filter))
    return { events: matching.slice(-shownEvents).reverse(), matched: matching.length, kept: kept.length }
  }
}

const includes = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase())

/** A field that is left out lets all through. */
const isMatch = (event: AuditEvent, { host, source, vni, protocol }: EventFilter): boolean =>
  (protocol === undefined || event.protocol === protocol) &&
  (vni === undefined || event.vni === vni) &&
  (host === undefined || includes(event.host, host)) &&
  (source === undefined || [event.source, event.client, event.server].some((text) => includes(text, source)))
