import type { FastifyInstance } from 'fastify'

/** Whoever is not on this machine has no business here. */
const host = '127.0.0.1'

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; choose another port',
  EACCES: 'this user may not listen there; choose a port from 1024 on',
}

export interface ConsoleServer {
  readonly url: string
  readonly close: () => Promise<void>
}

/** @throws with a sentence that says what to do, when it cannot listen */
export async function serve(app: FastifyInstance, port: number): Promise<ConsoleServer> {
  await app.listen({ host, port }).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new Error(`cannot listen on ${host} port ${port} (${code}): ${reasons[code] ?? 'the kernel refused it'}`, {
      cause,
    })
  })
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no address')
  return { url: `http://${host}:${address.port}`, close: async () => app.close() }
}
