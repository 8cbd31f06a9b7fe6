import type { FastifyInstance } from 'fastify'
import type { Identity } from './publication.ts'
import type { Look } from './served-verdict.ts'
import { Status, toStatus } from './status.ts'

/** `/status`: the last publication in full, for people and for the fleet's own view. 200 whatever it says. */
export function statusRoute(app: FastifyInstance, look: Look, identity: Identity): void {
  app.get('/status', { schema: { response: { 200: Status } } }, async () => toStatus(look(), identity))
}
