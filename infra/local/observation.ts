import { join } from 'node:path'
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
  readonly consoleUrl: string
  readonly prometheusUrl: string
}

/** Prometheus and the console of a region. They end with it, and it goes on without them. */
export async function startObservation(options: ObservationOptions): Promise<Observation> {
  const { region, port, onFault, nowMilliseconds, signal } = options
  const socketPath = join(region.folder, 'proxy.sock')
  const proxy = await startNamespaceProxy({
    namespace: region.plan.loadBalancer.namespace,
    socketPath,
    logPath: join(region.folder, 'proxy.log'),
    onEnded: region.tellEnd,
  })
  region.addObserver(proxy.stop)
  const prometheus = await startPrometheus(region)
  region.addObserver(prometheus.stop)
  const door = await openLoopbackDoor({ socketPath, origin: prometheusOrigin, port: prometheusPort })
  region.addObserver(door.stop)
  const onSensorAdded = prometheus.writeTargets
  const demonstration = new RegionDemonstration({ region, onSensorAdded, onFault, nowMilliseconds, signal })
  const served = await startConsole({
    source: toRegionSource({ region, socketPath, demonstration, nowMilliseconds }),
    port: await toFreePort(port),
    nowMilliseconds,
    page: await readPageFiles(),
    onFault,
  })
  region.addObserver(served.stop)
  return { consoleUrl: served.url, prometheusUrl: door.url }
}
