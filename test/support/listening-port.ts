import type { Server } from 'node:net'

/** Of a server that listens on TCP. @throws when it does not */
export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error(`the server listens on no port: ${address}`)
  return address.port
}
