import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { toErrorMessage } from '../../error-message.ts'
import { isForeignOrigin, isForeignSite } from '../asking-site.ts'
import { decodeEventQuery } from './event-query.ts'
import type { EventStore } from './event-store.ts'
import { demonstrationActions } from './messages.ts'
import type { PageFiles } from './page-file.ts'
import type { Demonstration } from './source.ts'
import type { ViewStreams } from './view-streams.ts'

export interface ConsoleAppOptions {
  readonly page: PageFiles
  readonly streams: ViewStreams
  /** Null where no events can be read. */
  readonly store: EventStore | null
  /** Null: nothing can be changed, and there is no route that would. */
  readonly demonstration: Demonstration | null
  readonly onFault: (sentence: string) => void
}

/** Traffic wrote some of what the page shows: nothing of it may run, and the page may ask nobody but us. */
const headers = {
  'content-security-policy': [
    "default-src 'none'",
    ...["script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self'"],
    ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"],
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

const mostBodyBytes = 1024

/** Where the framework's own words do not say what is allowed. */
const sentences: Readonly<Record<number, string>> = {
  413: `the body is too long; allowed are ${mostBodyBytes} bytes`,
  415: 'content-type: allowed is application/json',
}

const allowedMethods = ['GET', 'POST']

const limits = { bodyLimit: mostBodyBytes, requestTimeout: 10_000, maxHeaderSize: 16_384 } as const

/** The console's routes, not yet listening. */
export function buildConsoleApp(options: ConsoleAppOptions): FastifyInstance {
  const { maxHeaderSize, ...own } = limits
  const app = Fastify({
    ...own,
    http: { maxHeaderSize },
    logger: false,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    // Before any hook, so the headers are not there yet.
    frameworkErrors: (_error, _request, reply) =>
      void refuse(reply.headers(headers), 400, 'the path cannot be decoded; the page is at /'),
  })
  // A form of another site can send text, and nothing here takes it.
  app.removeContentTypeParser('text/plain')
  app.addHook('onRequest', onlyFromHere)
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'there is nothing here; the page is at /'))
  app.setErrorHandler((error, _request, reply) => {
    const statusCode = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
    const said = error instanceof Error ? error.message : 'bad request'
    if (statusCode < 500) return refuse(reply, statusCode, sentences[statusCode] ?? said)
    options.onFault(`console: ${toErrorMessage(error)}`)
    return refuse(reply, 500, 'internal error; see the log of the console')
  })
  pageRoutes(app, options.page)
  streamRoute(app, options.streams)
  eventsRoute(app, options.store)
  if (options.demonstration !== null) demonstrationRoute(app, options.demonstration)
  return app
}

/**
 * A site elsewhere can send a browser here: under a name of its own that it has pointed at the loopback (DNS rebinding, seen by
 * Host), by a form or script that posts (seen by Origin), or by a picture whose address is ours (seen by Sec-Fetch-Site). A link
 * to the page itself is no harm.
 */
async function onlyFromHere(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  reply.headers(headers)
  const { host = '', origin } = request.headers
  const hosts = toHosts(request.socket.localPort)
  if (!hosts.includes(host)) return refuse(reply, 421, `Host: allowed is ${hosts.join(' or ')}`)
  if (!allowedMethods.includes(request.method)) {
    return refuse(reply.header('allow', allowedMethods.join(', ')), 405, `allowed are ${allowedMethods.join(' and ')}`)
  }
  if (isForeignOrigin(request.headers) || (origin === undefined && request.method !== 'GET')) {
    return refuse(reply, 403, `Origin: allowed is http://${host}`)
  }
  if (request.url.startsWith('/api/') && isForeignSite(request.headers)) {
    return refuse(reply, 403, 'Sec-Fetch-Site: allowed is same-origin')
  }
  return undefined
}

/** As a browser writes them: without a port that is HTTP's own. */
const toHosts = (port: number | undefined): readonly string[] =>
  ['127.0.0.1', 'localhost'].map((name) => new URL(`http://${name}:${port}`).host)

function pageRoutes(app: FastifyInstance, page: PageFiles): void {
  for (const [path, { type, body }] of page) app.get(path, (_request, reply) => reply.type(type).send(body))
}

function streamRoute(app: FastifyInstance, streams: ViewStreams): void {
  app.get('/api/stream', (_request, reply) => {
    if (streams.isFull) return refuse(reply, 503, 'too many pages are open; close one')
    reply.hijack()
    reply.raw.writeHead(200, { ...headers, 'content-type': 'text/event-stream' })
    streams.add(reply.raw)
    return reply
  })
}

function eventsRoute(app: FastifyInstance, store: EventStore | null): void {
  app.get('/api/events', (request, reply) => {
    if (store === null) return refuse(reply, 404, 'events cannot be read from here')
    const decoded = decodeEventQuery(new URL(request.url, 'http://127.0.0.1').searchParams)
    return decoded.ok ? reply.send(store.search(decoded.filter)) : refuse(reply, 400, decoded.complaints.join('\n'))
  })
}

const Body = Type.Object({ sensor: Type.Optional(Type.String({ maxLength: 63 })) }, { additionalProperties: false })

function demonstrationRoute(app: FastifyInstance, { begin }: Demonstration): void {
  for (const action of demonstrationActions) {
    app.post(`/api/demonstration/${action}`, (request, reply) => {
      const { body } = request
      if (!Value.Check(Body, body)) return refuse(reply, 400, 'allowed is JSON: {"sensor": id}, or {}')
      const why = begin(action, body.sensor ?? null)
      return why === null ? reply.code(202).send({}) : refuse(reply, 409, why)
    })
  }
}

const refuse = (reply: FastifyReply, statusCode: number, error: string): FastifyReply =>
  reply.code(statusCode).send({ error })
