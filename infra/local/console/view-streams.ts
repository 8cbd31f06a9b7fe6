import type { ServerResponse } from 'node:http'
import type { HistoryPoint, ViewMessage } from './messages.ts'

const mostStreams = 20
/** A page that reads more slowly than this is behind is cut off, and comes back by itself. */
const mostWaitingBytes = 4 << 20
const retryMilliseconds = 1000

interface Memory {
  readonly history: readonly HistoryPoint[]
  readonly last: ViewMessage | null
}

/** The open pages, each a stream of server-sent events (HTML standard, 9.2). */
export class ViewStreams {
  readonly #memory: () => Memory
  readonly #open = new Set<ServerResponse>()

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
    this.#open.add(response)
    response.write(`retry: ${retryMilliseconds}\n\n${toEvent('history', history)}`)
    if (last !== null) response.write(toEvent('view', last))
  }

  send(message: ViewMessage): void {
    const event = toEvent('view', message)
    for (const response of this.#open) {
      if (response.writableLength > mostWaitingBytes) response.destroy()
      else response.write(event)
    }
  }

  end(): void {
    for (const response of this.#open) response.destroy()
  }
}

/** JSON has no line breaks of its own, so one line of data is enough. */
const toEvent = (name: string, data: unknown): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
