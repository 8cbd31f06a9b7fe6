import type { Server } from 'node:net'
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
  /** An idle connection takes a place from a health check; a scrape a minute can well open its own. */
  keepAliveTimeout: 5_000,
  /** The smallest that the library takes. A request with a body is refused before it is read. */
  bodyLimit: 1,
  maxHeaderSize: 8_192,
  maxRequestsPerSocket: 10_000,
  maxConnections: 256,
  /** A client that opens more is cut off, so that it leaves room for the health checks of the others. */
  maxConnectionsPerAddress: 32,
} as const

/** Body of every answer that is not a success. It never holds text from the request or from an error. */
export const Refusal = Type.Object({ error: Type.String() })

/** The agent's routes, not yet listening. GET only, and nothing that a client sends changes anything. */
export function buildApp(options: AppOptions): FastifyInstance {
  const app = buildBareApp(options, `/livez /readyz /status ${options.identity.environment.SENSOR_METRICS_PATH}`)
  const look = toLook(options)
  healthRoutes(app, look)
  statusRoute(app, look, options.identity)
  metricsRoute(app, look, options.identity)
  return app
}

/** The same limits, and the metrics alone: for a port that is open to those who may not see the rest. */
export function buildMetricsApp(options: AppOptions): FastifyInstance {
  const app = buildBareApp(options, options.identity.environment.SENSOR_METRICS_PATH)
  metricsRoute(app, toLook(options), options.identity)
  return app
}

function buildBareApp(options: Pick<AppOptions, 'onError'>, routes: string): FastifyInstance {
  const { maxConnections, maxConnectionsPerAddress, maxHeaderSize, ...timeouts } = limits
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
  limitConnections(app.server, maxConnectionsPerAddress)
  app.addHook('onRequest', onlyPlainGet)
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, `no such route; see ${routes}`))
  app.setErrorHandler((error, request, reply) => {
    options.onError(error instanceof Error ? error : new Error('not an error'), request.routeOptions.url ?? 'none')
    return refuse(reply, 500, 'internal error; see the log of the agent')
  })
  return app
}

function toLook({ published, clock, staleAfterSeconds }: AppOptions): Look {
  const startedSeconds = clock()
  return () => {
    const last = published()
    const ageSeconds = clock() - (last?.atSeconds ?? startedSeconds)
    return { last, ageSeconds, served: toServedVerdict(last?.verdict, ageSeconds, staleAfterSeconds) }
  }
}

/** A connection beyond an address's share ends before a byte of it is read. */
function limitConnections(server: Server, perAddress: number): void {
  const open = new Map<string, number>()
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? 'gone'
    const others = open.get(address) ?? 0
    if (others >= perAddress) {
      socket.destroy()
      return
    }
    open.set(address, others + 1)
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left === 0) open.delete(address)
      else open.set(address, left)
    })
  })
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
