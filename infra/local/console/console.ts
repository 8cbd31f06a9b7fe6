import { setTimeout as sleep } from 'node:timers/promises'
import { toErrorMessage } from '../../error-message.ts'
import { buildConsoleApp } from './console-app.ts'
import { serve } from './console-server.ts'
import { toAuditEvent } from './eve-event.ts'
import { EventStore } from './event-store.ts'
import { toFleetView } from './fleet-view.ts'
import { toHistoryPoint } from './history-point.ts'
import type { HistoryPoint, ViewMessage } from './messages.ts'
import type { PageFiles } from './page-file.ts'
import type { ConsoleReading, ConsoleSource } from './source.ts'
import { ViewStreams } from './view-streams.ts'

/** What the charts remember. */
const historySeconds = 900

export interface ConsoleOptions {
  readonly source: ConsoleSource
  /** Of the loopback; 0 for any. */
  readonly port: number
  readonly nowMilliseconds: () => number
  readonly page: PageFiles
  /** A sentence for whoever started it; it goes on. */
  readonly onFault: (sentence: string) => void
}

export interface Console {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** Serves the page on the loopback and follows the fleet until it is stopped. @throws when it cannot listen */
export async function startConsole({ source, port, page, nowMilliseconds, onFault }: ConsoleOptions): Promise<Console> {
  const follower = new FleetFollower(source, onFault)
  const app = buildConsoleApp({
    page,
    streams: follower.streams,
    store: source.readEve === null ? null : follower.store,
    demonstration: source.demonstration,
    onFault,
  })
  const { url, close } = await serve(app, port)
  const ended = new AbortController()
  const following = follower.follow(ended.signal, nowMilliseconds)
  return {
    url,
    stop: async () => {
      ended.abort()
      follower.streams.end()
      await Promise.all([close(), following])
    },
  }
}

/** Reads the fleet again and again, and tells every open page. */
class FleetFollower {
  readonly store = new EventStore()
  readonly streams: ViewStreams
  readonly #source: ConsoleSource
  readonly #onFault: (sentence: string) => void
  #readings: ConsoleReading[] = []
  #history: HistoryPoint[] = []
  #last: ViewMessage | null = null
  #lastFault = ''

  constructor(source: ConsoleSource, onFault: (sentence: string) => void) {
    this.#source = source
    this.#onFault = onFault
    this.streams = new ViewStreams(() => ({ history: this.#history, last: this.#last }))
  }

  async follow(signal: AbortSignal, nowMilliseconds: () => number): Promise<void> {
    const { intervalSeconds } = this.#source
    while (!signal.aborted) {
      const began = nowMilliseconds()
      await this.#look().then(
        () => {
          this.#lastFault = ''
        },
        (error: unknown) => this.#tell(toErrorMessage(error)),
      )
      const pauseMilliseconds = Math.max(0, began + intervalSeconds * 1000 - nowMilliseconds())
      // The clock may be set; nobody is to wait for longer than an interval because of it.
      await sleep(Math.min(pauseMilliseconds, intervalSeconds * 1000), undefined, { signal }).catch(() => undefined)
    }
  }

  /** Once until a look succeeds, not every second. */
  #tell(fault: string): void {
    if (fault !== this.#lastFault) this.#onFault(fault)
    this.#lastFault = fault
  }

  async #look(): Promise<void> {
    const { read, readEve, toMirror, windowSeconds, intervalSeconds, demonstration } = this.#source
    const faults: string[] = []
    const onFault = (fault: string) => void faults.push(`events: ${fault}`)
    const [{ faults: others, ...rest }, lines] = await Promise.all([read(), readEve?.(onFault) ?? []])
    const reading = { ...rest, faults: [...others, ...faults] }
    this.store.add(lines.map((line) => toAuditEvent(line, toMirror)).filter((event) => event !== null))
    // One more than the window has, for a window begins at or before its time.
    const mostReadings = Math.ceil(windowSeconds / intervalSeconds) + 2
    this.#readings = [...this.#readings, reading].slice(-mostReadings)
    const view = toFleetView({
      source: this.#source,
      readings: this.#readings,
      events: readEve === null ? null : this.store.count,
      demonstration: demonstration?.view() ?? null,
    })
    if (view === null) return
    this.#last = { view, point: toHistoryPoint(view, this.#readings) }
    this.#history = [...this.#history, this.#last.point].slice(-Math.ceil(historySeconds / intervalSeconds))
    this.streams.send(this.#last)
  }
}
