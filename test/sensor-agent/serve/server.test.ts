import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { listen } from '../../../sensor-agent/serve/server.ts'
import { portOf } from '../../support/listening-port.ts'
import { identity, publication } from '../../support/publication.ts'

/** A port of loopback that nobody has; `hold` keeps it taken until it is called again. */
async function freePort(): Promise<{ readonly port: number; readonly release: () => Promise<void> }> {
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  return { port: portOf(holder), release: () => new Promise((resolve) => holder.close(() => resolve())) }
}

/** Any port for all routes, by 0, which the settings do not allow. */
const listenWith = (metricsPort: number) =>
  listen({
    identity: identity({ SENSOR_HTTP_HOST: '127.0.0.1', SENSOR_HTTP_PORT: 0, SENSOR_METRICS_PORT: metricsPort }),
    published: () => publication(),
    clock: () => 100,
    staleAfterSeconds: 15,
    onError: () => {},
  })
const code = async (port: number, path: string) =>
  fetch(`http://127.0.0.1:${port}${path}`).then(
    ({ status }) => status,
    () => 'refused',
  )

describe('listen', () => {
  it('has all routes on one port, and the metrics alone on another where one is set', async () => {
    const { port, release } = await freePort()
    await release()
    const server = await listenWith(port)
    try {
      expect(await code(server.address.port, '/readyz')).toBe(200)
      expect(await code(server.address.port, '/metrics')).toBe(200)
      expect(await code(port, '/metrics')).toBe(200)
      expect(await code(port, '/status')).toBe(404)
    } finally {
      await server.close()
    }
    expect(await code(server.address.port, '/readyz')).toBe('refused')
    expect(await code(port, '/metrics')).toBe('refused')
  })

  it('names the setting of the port that is taken, and leaves nothing listening', async () => {
    const { port, release } = await freePort()
    try {
      await expect(listenWith(port)).rejects.toThrow(/EADDRINUSE.*SENSOR_METRICS_PORT/)
    } finally {
      await release()
    }
  })
})
