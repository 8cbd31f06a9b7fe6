import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type {
  AuditEvent,
  EventsAnswer,
  FleetView,
  HistoryPoint,
  ViewMessage,
} from '../../infra/local/console/messages.ts'
import { readPageFiles } from '../../infra/local/console/page-files.ts'
import { historyPoint } from './console-view.ts'

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'"
const everyMilliseconds = 200

/** What a console's server says, as a test wants it said: the page cannot tell it from a real one. */
export class ScriptedConsole {
  view: FleetView
  point: Partial<HistoryPoint> = {}
  events: readonly AuditEvent[] = []
  /** Paths that were posted to, with the bodies. */
  readonly posted: string[] = []
  readonly #files: Awaited<ReturnType<typeof readPageFiles>>
  #server: Server | null = null
  #port = 0

  private constructor(view: FleetView, files: Awaited<ReturnType<typeof readPageFiles>>) {
    this.view = view
    this.#files = files
  }

  static async start(view: FleetView): Promise<ScriptedConsole> {
    const made = new ScriptedConsole(view, await readPageFiles())
    await made.listen()
    return made
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Again on the same port after `close`. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response))
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the scripted console has no port')
    this.#port = address.port
    this.#server = server
  }

  async close(): Promise<void> {
    const server = this.#server
    if (server === null) return
    this.#server = null
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.origin)
    const file = this.#files.get(pathname)
    if (file !== undefined) {
      response.writeHead(200, { 'content-type': file.type, 'content-security-policy': policy }).end(file.body)
    } else if (pathname === '/api/stream') this.#stream(response)
    else if (pathname === '/api/events') answerEvents(response, searchParams, this.events)
    else if (request.method === 'POST') {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(Buffer.from(chunk))
      this.posted.push(`${pathname} ${Buffer.concat(chunks).toString()}`)
      const isLoad = pathname.endsWith('add-load')
      json(response, isLoad ? 409 : 202, isLoad ? { message: 'load is being sent already' } : {})
    } else json(response, 404, {})
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const say = (event: string, data: unknown) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    const now = Date.now()
    const history = Array.from({ length: 600 }, (_, i) => historyPoint(now - (600 - i) * 1000, this.point))
    const view = () => {
      const at = Date.now()
      const message: ViewMessage = {
        view: { ...this.view, atMilliseconds: at, events: this.view.events === null ? null : this.events.length },
        point: historyPoint(at, this.point),
      }
      say('view', message)
    }
    say('history', history)
    view()
    const timer = setInterval(view, everyMilliseconds)
    response.on('close', () => clearInterval(timer))
  }
}

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function answerEvents(response: ServerResponse, query: URLSearchParams, all: readonly AuditEvent[]): void {
  const vni = query.get('vni')
  if (vni !== null && !/^\d+$/.test(vni)) {
    json(response, 400, { message: `vni is "${vni}", allowed is a whole number` })
    return
  }
  const events = all.filter(
    (event) =>
      event.host.includes(query.get('host') ?? '') &&
      `${event.source} ${event.client} ${event.server}`.includes(query.get('source') ?? '') &&
      (vni === null || event.vni === Number(vni)) &&
      (query.get('protocol') ?? event.protocol) === event.protocol,
  )
  const answer: EventsAnswer = { events: events.toReversed(), matched: events.length, kept: all.length }
  json(response, 200, answer)
}
