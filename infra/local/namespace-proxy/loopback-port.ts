import { createServer } from 'node:net'

/** @returns the wanted port of the loopback, or 0, which stands for any, where somebody else listens on it */
export const toFreePort = (wantedPort: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => ('code' in error && error.code === 'EADDRINUSE' ? resolve(0) : reject(error)))
    server.listen({ host: '127.0.0.1', port: wantedPort }, () => server.close(() => resolve(wantedPort)))
  })
