import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { Readiness } from './readiness.ts'
import type { Look } from './served-verdict.ts'

const Liveness = Type.Object({ live: Type.Literal(true) })

/**
 * `/livez`: 200 as long as the process answers. `/readyz`: 200 while the load balancer should send traffic, else 503.
 * Load balancers probe more often than configured (each of their nodes for itself), so `/readyz` renders the last
 * verdict and never samples. A degraded sensor stays in service: busy is not broken.
 */
export function healthRoutes(app: FastifyInstance, look: Look): void {
  app.get('/livez', { schema: { response: { 200: Liveness } } }, async () => ({ live: true }))
  app.get('/readyz', { schema: { response: { 200: Readiness, 503: Readiness } } }, async (_request, reply) => {
    const { served } = look()
    return reply.code(served.ready ? 200 : 503).send(served)
  })
}
