import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'

export interface Server {
  readonly address: AddressInfo
  readonly close: () => Promise<void>
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; stop it, or set SENSOR_HTTP_PORT',
  EADDRNOTAVAIL: 'this machine has no such address; set SENSOR_HTTP_HOST',
  EACCES: 'this user may not listen there; set SENSOR_HTTP_PORT',
}

/** Listens, and gives the address that it got. Rejects with a sentence for the operator. */
export async function serve(app: FastifyInstance, host: string, port: number): Promise<Server> {
  await app.listen({ host, port }).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const reason = reasons[code] ?? 'the kernel refused it'
    throw new Error(`cannot listen on ${host} port ${port} (${code}): ${reason}`, { cause: error })
  })
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no address')
  return { address, close: async () => app.close() }
}
