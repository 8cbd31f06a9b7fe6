import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { healthRoutes } from './health-routes.ts'
import { metricsRoute } from './metrics-route.ts'
import type { Identity, Publication } from './publication.ts'
import { type Look, toServedVerdict } from './served-verdict.ts'
import { statusRoute } from './status-route.ts'

export interface AppOptions {
  readonly identity: Identity
  /** The last publication; asking for it never samples. */
  readonly published: () => Publication | undefined
  /** Seconds on the clock that stamps the publications. */
  readonly clock: () => number
  /** A verdict older than this is not served as ready. */
  readonly staleAfterSeconds: number
  /** Told what a client is not: an error's text may hold paths or captured content. */
  readonly onError: (error: Error, route: string) => void
}

/**
 * The limits of the HTTP side. Its clients are load balancers (a new connection per probe), Prometheus and people with
 * curl: none sends a body, many headers or many connections.
 */
export const limits = {
  /** Whole request received, in milliseconds; a client that trickles is cut off. */
  requestTimeout: 5_000,
  /** A socket without any traffic, in milliseconds. */
  connectionTimeout: 10_000,
  /** Longer than Prometheus' usual scrape interval of 60 s, so that its connection is used again. */
  keepAliveTimeout: 75_000,
  /** The smallest that the library takes. A request with a body is refused before it is read. */
  bodyLimit: 1,
  maxHeaderSize: 8_192,
  maxRequestsPerSocket: 10_000,
  maxConnections: 256,
} as const

/** Body of every answer that is not a success. It never holds text from the request or from an error. */
export const Refusal = Type.Object({ error: Type.String() })

/** The agent's routes, not yet listening. GET only, and nothing that a client sends changes anything. */
export function buildApp(options: AppOptions): FastifyInstance {
  const { maxConnections, maxHeaderSize, ...timeouts } = limits
  const app = Fastify({
    ...timeouts,
    // Without the shorter check the timeouts above would be looked at once in 30 s.
    http: { maxHeaderSize, connectionsCheckingInterval: 1_000 },
    logger: false,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    frameworkErrors: (_error, _request, reply) => void refuse(reply, 400, 'bad request'),
  })
  app.server.maxConnections = maxConnections
  const startedSeconds = options.clock()
  const look: Look = () => {
    const last = options.published()
    const ageSeconds = options.clock() - (last?.atSeconds ?? startedSeconds)
    return { last, ageSeconds, served: toServedVerdict(last?.verdict, ageSeconds, options.staleAfterSeconds) }
  }
  app.addHook('onRequest', onlyPlainGet)
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'no such route; see /livez /readyz /status /metrics'))
  app.setErrorHandler((error, request, reply) => {
    options.onError(error instanceof Error ? error : new Error('not an error'), request.routeOptions.url ?? 'none')
    return refuse(reply, 500, 'internal error; see the log of the agent')
  })
  healthRoutes(app, look)
  statusRoute(app, look, options.identity)
  metricsRoute(app, look, options.identity)
  return app
}

/** Refuses other methods and bodies before anything is read; the connection ends, so an unread body cannot linger. */
async function onlyPlainGet(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers
  if (request.method !== 'GET') {
    return refuse(reply.headers({ allow: 'GET', connection: 'close' }), 405, 'only GET is allowed')
  }
  if (length !== '0' || encoding !== undefined) {
    return refuse(reply.header('connection', 'close'), 413, 'a request takes no body')
  }
  return undefined
}

const refuse = (reply: FastifyReply, code: number, error: string): FastifyReply => reply.code(code).send({ error })
