import { toErrorMessage } from '../../error-message.ts'
import { getText } from '../namespace-proxy/namespace-http.ts'
import { prometheusOrigin } from '../prometheus.ts'
import type { Region } from '../region.ts'
import { decodeStatus, type SensorStatus, sensorHttpPort } from '../sensor.ts'
import { within } from '../turns.ts'
import { decodeAlerts } from './alerts.ts'
import { EveLogs } from './eve-logs.ts'
import { LoadMeter } from './load-meter.ts'
import { MachineBacklog } from './machine-backlog.ts'
import type { AlertsView } from './messages.ts'
import type { ConsoleReading, ConsoleSource, Demonstration, SensorReading, SourceReading } from './source.ts'

const intervalSeconds = 1
/** The engine's workers hand in their counters every three seconds: over less, rates would jump. */
const windowSeconds = 10
const statusDeadlineSeconds = 2
const mostBytes = 1 << 20

export interface RegionSourceOptions {
  readonly region: Region
  /** Of the proxy into the load balancer's namespace. */
  readonly socketPath: string
  readonly demonstration: Demonstration & { readonly hasSentLoad: () => boolean }
  readonly nowMilliseconds: () => number
}

/** The region on this machine, as a console sees it. */
export function toRegionSource({
  region,
  socketPath,
  demonstration,
  nowMilliseconds,
}: RegionSourceOptions): ConsoleSource {
  const { healthCheck } = region.fleet.loadBalancer
  const { virtualNetworkId } = region.fleet.trafficMirrorSession
  const logs = new EveLogs()
  const backlog = new MachineBacklog()
  const meter = new LoadMeter(region)
  const get = (url: string) => getText({ socketPath, url, deadlineSeconds: statusDeadlineSeconds, mostBytes })
  return {
    fleet: region.fleet.name,
    region: 'this machine',
    detectionSeconds: healthCheck.unhealthyThreshold * healthCheck.intervalSeconds + healthCheck.timeoutSeconds,
    windowSeconds,
    intervalSeconds,
    read: () => readRegion({ region, nowMilliseconds, backlog }, get, demonstration.hasSentLoad() ? meter : null),
    readEve: (onFault) => logs.read(region.sensors, onFault),
    toMirror: (addresses) => {
      const source = region.plan.sources.find(({ address }) => addresses.includes(address))
      return source === undefined ? null : { source: source.name, vni: virtualNetworkId }
    },
    demonstration,
  }
}

type Get = (url: string) => Promise<string>

async function readRegion(
  {
    region,
    nowMilliseconds,
    backlog,
  }: Pick<RegionSourceOptions, 'region' | 'nowMilliseconds'> & { backlog: MachineBacklog },
  get: Get,
  load: LoadMeter | null,
): Promise<ConsoleReading> {
  const atMilliseconds = nowMilliseconds()
  const faults: string[] = []
  const orFault: OrFault = (what, work) =>
    within(statusDeadlineSeconds, what, work).catch((error: unknown) => {
      faults.push(toErrorMessage(error))
      return null
    })
  const [description, sources, alerts, ...statuses] = await Promise.all([
    orFault('load balancer', region.loadBalancer.describe()),
    readSources(region, load, orFault),
    readAlerts(get),
    // A sensor that does not answer is no fault of the reading: it is what the page is there to show.
    ...region.plan.sensors.map(({ address }) => readStatus(get, address)),
  ])
  backlog.see(statuses.flatMap((status) => status?.funnel ?? []))
  const sensors = region.plan.sensors.map(({ id, zone }, index): SensorReading => {
    const status = statuses[index] ?? null
    const target = description?.targets.find((one) => one.id === id)
    return {
      ...{ id, zone, status: status?.verdict.status ?? 'silent' },
      findings: status?.verdict.findings.map(({ reason }) => reason) ?? [],
      targetState: description === null ? null : (target?.state ?? 'unused'),
      targetReason: target?.reasonCode ?? null,
      forwardedPackets: target?.forwardedPackets ?? null,
      funnel: backlog.toOwnPlaces(status?.funnel ?? [], index === 0),
      isStopped: region.sensors.find(({ address }) => address.id === id)?.isStopped() ?? false,
    }
  })
  const loadBalancer = description === null ? null : { ...description, isFailOpen: description.failOpen }
  return { atMilliseconds, sources, loadBalancer, sensors, alerts, faults }
}

type OrFault = <T>(what: string, work: Promise<T>) => Promise<T | null>

async function readSources(region: Region, load: LoadMeter | null, orFault: OrFault): Promise<SourceReading[]> {
  const sources = await Promise.all(region.mirrors.map((mirror) => readSource(mirror, orFault)))
  if (load === null) return sources
  const mirrored = sources[0]?.mirrored ?? null
  const generated = mirrored === null ? null : await orFault('load', load.read(mirrored))
  // Left out for a second, its packets would be missing in the sum.
  return [...sources, generated ?? load.unknown]
}

async function readSource({ source, report }: Region['mirrors'][number], orFault: OrFault): Promise<SourceReading> {
  const answer = await orFault(`traffic mirror of ${source.name}`, report())
  const skipped = answer === null ? null : Object.values(answer.skipped).reduce((sum, count) => sum + count, 0)
  return { name: source.name, zone: source.zone, mirrored: answer?.mirrored ?? null, skipped }
}

async function readStatus(get: Get, address: string): Promise<SensorStatus | null> {
  const answer = await get(`http://${address}:${sensorHttpPort}/status`).catch(() => null)
  return answer === null ? null : decodeStatus(answer)
}

async function readAlerts(get: Get): Promise<AlertsView> {
  try {
    return decodeAlerts(await get(`${prometheusOrigin}/api/v1/alerts`))
  } catch (error) {
    return { isRead: false, fault: toErrorMessage(error) }
  }
}
