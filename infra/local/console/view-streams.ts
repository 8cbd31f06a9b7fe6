import type { ServerResponse } from 'node:http'
import type { HistoryPoint, ViewMessage } from './messages.ts'

const mostStreams = 20
/** A page that is further behind than this, its history aside, is cut off and comes back by itself. */
const mostWaitingBytes = 4 << 20
const retryMilliseconds = 1000

interface Memory {
  readonly history: readonly HistoryPoint[]
  readonly last: ViewMessage | null
}

/** The open pages, each a stream of server-sent events (HTML standard, 9.2). */
export class ViewStreams {
  readonly #memory: () => Memory
  /** With the bytes of the history while they wait: over a slow link a large fleet's takes long, and must arrive once. */
  readonly #open = new Map<ServerResponse, number>()

  constructor(memory: () => Memory) {
    this.#memory = memory
  }

  get isFull(): boolean {
    return this.#open.size >= mostStreams
  }

  /** Sends what there is, and from now on every view. @param response of which nothing but headers is written */
  add(response: ServerResponse): void {
    const { history, last } = this.#memory()
    response.on('close', () => this.#open.delete(response)).on('error', () => response.destroy())
    const first = Buffer.from(`retry: ${retryMilliseconds}\n\n${toEvent('history', history)}`)
    this.#open.set(response, first.byteLength)
    response.write(first)
    if (last !== null) response.write(toEvent('view', last))
  }

  send(message: ViewMessage): void {
    const event = toEvent('view', message)
    for (const [response, historyBytes] of this.#open) {
      const waitingBytes = response.writableLength
      if (waitingBytes <= mostWaitingBytes) this.#open.set(response, 0)
      if (waitingBytes > mostWaitingBytes + historyBytes) response.destroy()
      else response.write(event)
    }
  }

  end(): void {
    for (const response of this.#open.keys()) response.destroy()
  }
}

/** JSON has no line breaks of its own, so one line of data is enough. */
const toEvent = (name: string, data: unknown): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
