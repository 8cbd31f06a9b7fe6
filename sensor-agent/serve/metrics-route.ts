import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { createMetricsText, metricsContentType } from './metrics-text.ts'
import type { Identity } from './publication.ts'
import type { Look } from './served-verdict.ts'

const response = { 200: { content: { 'text/plain': { schema: Type.String() } } } }

/** `/metrics`: the last publication in the Prometheus text format. A scrape never samples. */
export function metricsRoute(app: FastifyInstance, look: Look, identity: Identity): void {
  const toText = createMetricsText()
  app.get('/metrics', { schema: { response } }, async (_request, reply) =>
    reply.type(metricsContentType).send(await toText({ ...look(), identity })),
  )
}
