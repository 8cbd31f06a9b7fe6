import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { chooseFormat, contentTypes } from './exposition-format.ts'
import { createMetricsText } from './metrics-text.ts'
import type { Identity } from './publication.ts'
import type { Look } from './served-verdict.ts'

const schema = Type.String()
const response = { 200: { content: { 'text/plain': { schema }, 'application/openmetrics-text': { schema } } } }

/** SENSOR_METRICS_PATH: the last publication in the format that the client accepts. A scrape never samples. */
export function metricsRoute(app: FastifyInstance, look: Look, identity: Identity): void {
  const toText = { text: createMetricsText('text'), openMetrics: createMetricsText('openMetrics') }
  app.get(identity.environment.SENSOR_METRICS_PATH, { schema: { response } }, async (request, reply) => {
    const format = chooseFormat(request.headers.accept)
    return reply.type(contentTypes[format]).send(await toText[format]({ ...look(), identity }))
  })
}
