import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { type AppOptions, buildApp, buildMetricsApp } from './app.ts'

export interface Server {
  readonly address: AddressInfo
  readonly close: () => Promise<void>
}

type PortSetting = 'SENSOR_HTTP_PORT' | 'SENSOR_METRICS_PORT'

const reasons: Readonly<Record<string, (setting: PortSetting) => string>> = {
  EADDRINUSE: (setting) => `another program listens there; stop it, or set ${setting}`,
  EADDRNOTAVAIL: () => 'this machine has no such address; set SENSOR_HTTP_HOST',
  EACCES: (setting) => `this user may not listen there; set ${setting}`,
}

/** All routes at SENSOR_HTTP_PORT, and the metrics alone at SENSOR_METRICS_PORT where that is set; `address` is the first. */
export async function listen(options: AppOptions): Promise<Server> {
  const { SENSOR_HTTP_HOST: host, SENSOR_HTTP_PORT, SENSOR_METRICS_PORT } = options.identity.environment
  const all = await serve(buildApp(options), host, SENSOR_HTTP_PORT)
  if (SENSOR_METRICS_PORT === 0) return all
  const metrics = await serve(buildMetricsApp(options), host, SENSOR_METRICS_PORT, 'SENSOR_METRICS_PORT').catch(
    async (error: unknown) => {
      await all.close()
      throw error
    },
  )
  return {
    address: all.address,
    close: async () => {
      await Promise.all([all.close(), metrics.close()])
    },
  }
}

/** Listens, and gives the address that it got. Rejects with a sentence for the operator. */
export async function serve(
  app: FastifyInstance,
  host: string,
  port: number,
  setting: PortSetting = 'SENSOR_HTTP_PORT',
): Promise<Server> {
  await app.listen({ host, port }).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const reason = reasons[code]?.(setting) ?? 'the kernel refused it'
    throw new Error(`cannot listen on ${host} port ${port} (${code}): ${reason}`, { cause: error })
  })
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no address')
  return { address, close: async () => app.close() }
}
