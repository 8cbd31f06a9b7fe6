import { join } from 'node:path'
import { toErrorMessage } from '../error-message.ts'
import { startConsole } from './console/console.ts'
import { readPageFiles } from './console/page-files.ts'
import { RegionDemonstration } from './console/region-demonstration.ts'
import { toRegionSource } from './console/region-source.ts'
import { openLoopbackDoor } from './namespace-proxy/loopback-door.ts'
import { toFreePort } from './namespace-proxy/loopback-port.ts'
import { startNamespaceProxy } from './namespace-proxy/namespace-proxy.ts'
import { prometheusOrigin, startPrometheus } from './prometheus.ts'
import type { Region } from './region.ts'

const prometheusPort = 9090

export interface ObservationOptions {
  readonly region: Region
  /** Of the console; any other where it is taken. */
  readonly port: number
  readonly onFault: (sentence: string) => void
  readonly nowMilliseconds: () => number
  /** Ends the load that the console's button has begun. */
  readonly signal: AbortSignal
}

export interface Observation {
  /** Null when it does not start: why is told by `onFault`. */
  readonly consoleUrl: string | null
  readonly prometheusUrl: string
}

/**
 * Prometheus and the console of a region. They end with it, and it goes on without them.
 * @throws when there is no Prometheus, or the signal comes
 */
export async function startObservation(options: ObservationOptions): Promise<Observation> {
  const { region, onFault, signal } = options
  const socketPath = join(region.folder, 'proxy.sock')
  const proxy = await startNamespaceProxy({
    namespace: region.plan.loadBalancer.namespace,
    socketPath,
    logPath: join(region.folder, 'proxy.log'),
    onEnded: region.tellEnd,
  })
  region.addObserver(proxy.stop)
  signal.throwIfAborted()
  const prometheus = await startPrometheus(region)
  region.addObserver(prometheus.stop)
  signal.throwIfAborted()
  const door = await openLoopbackDoor({ socketPath, origin: prometheusOrigin, port: prometheusPort })
  region.addObserver(door.stop)
  signal.throwIfAborted()
  const consoleUrl = await startRegionConsole(options, socketPath, prometheus.writeTargets).catch((error: unknown) => {
    onFault(`no console: ${toErrorMessage(error)}`)
    return null
  })
  return { consoleUrl, prometheusUrl: door.url }
}

async function startRegionConsole(
  { region, port, onFault, nowMilliseconds, signal }: ObservationOptions,
  socketPath: string,
  onSensorAdded: () => Promise<void>,
): Promise<string> {
  const demonstration = new RegionDemonstration({ region, onSensorAdded, onFault, nowMilliseconds, signal })
  const { url, stop } = await startConsole({
    source: toRegionSource({ region, socketPath, demonstration, nowMilliseconds }),
    port: await toFreePort(port),
    nowMilliseconds,
    page: await readPageFiles(),
    onFault,
  })
  region.addObserver(stop)
  return url
}
