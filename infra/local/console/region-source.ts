import { LogTail } from '../log-tail.ts'
import { getText } from '../namespace-proxy/namespace-http.ts'
import { prometheusOrigin } from '../prometheus.ts'
import type { Region } from '../region.ts'
import { decodeStatus, type SensorStatus, sensorHttpPort } from '../sensor.ts'
import { decodeAlerts } from './alerts.ts'
import { LoadMeter } from './load-meter.ts'
import type { AlertsView } from './messages.ts'
import type {
  ConsoleReading,
  ConsoleSource,
  Demonstration,
  EveLine,
  PlaceReading,
  SensorReading,
  SourceReading,
} from './source.ts'

const intervalSeconds = 1
/** The engine's workers hand in their counters every three seconds: over less, rates would jump. */
const windowSeconds = 10
const statusDeadlineSeconds = 2
const mostBytes = 1 << 20
/** What the page can show of one second's log; more is passed over. */
const mostEveBytes = 2 << 20

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
  const tails = new Map<string, LogTail>()
  const meter = new LoadMeter(region)
  const get = (url: string) => getText({ socketPath, url, deadlineSeconds: statusDeadlineSeconds, mostBytes })
  return {
    fleet: region.fleet.name,
    region: 'this machine',
    detectionSeconds: healthCheck.unhealthyThreshold * healthCheck.intervalSeconds + healthCheck.timeoutSeconds,
    windowSeconds,
    intervalSeconds,
    read: () => readRegion({ region, nowMilliseconds }, get, demonstration.hasSentLoad() ? meter : null),
    readEve: () => readEve(region, tails),
    toMirror: (addresses) => {
      const source = region.plan.sources.find(({ address }) => addresses.includes(address))
      return source === undefined ? null : { source: source.name, vni: virtualNetworkId }
    },
    demonstration,
  }
}

type Get = (url: string) => Promise<string>

async function readRegion(
  { region, nowMilliseconds }: Pick<RegionSourceOptions, 'region' | 'nowMilliseconds'>,
  get: Get,
  load: LoadMeter | null,
): Promise<ConsoleReading> {
  const faults: string[] = []
  const orFault: OrFault = (work) =>
    work.catch((error: unknown) => {
      faults.push(error instanceof Error ? error.message : String(error))
      return null
    })
  const [description, sources, alerts, ...statuses] = await Promise.all([
    orFault(region.loadBalancer.describe()),
    readSources(region, load, orFault),
    readAlerts(get),
    // A sensor that does not answer is no fault of the reading: it is what the page is there to show.
    ...region.plan.sensors.map(({ address }) => readStatus(get, address)),
  ])
  const firstAnswer = statuses.findIndex((status) => status !== null)
  const sensors = region.plan.sensors.map(({ id, zone }, index): SensorReading => {
    const status = statuses[index] ?? null
    const target = description?.targets.find((one) => one.id === id)
    return {
      ...{ id, zone, status: status?.verdict.status ?? 'silent' },
      findings: status?.verdict.findings.map(({ reason }) => reason) ?? [],
      targetState: description === null ? null : (target?.state ?? 'unused'),
      targetReason: target?.reasonCode ?? null,
      forwardedPackets: target?.forwardedPackets ?? null,
      funnel: status === null ? [] : toOwnPlaces(status.funnel, index === firstAnswer),
      isStopped: region.sensors.find(({ address }) => address.id === id)?.isStopped() ?? false,
    }
  })
  const loadBalancer = description === null ? null : { ...description, isFailOpen: description.failOpen }
  return { atMilliseconds: nowMilliseconds(), sources, loadBalancer, sensors, alerts, faults }
}

/** The backlog is the machine's, not a namespace's: all sensors count the same drops, and everybody's packets. */
const toOwnPlaces = (funnel: SensorStatus['funnel'], isFirst: boolean): readonly PlaceReading[] =>
  funnel.map((place) =>
    place.place === 'softnet' ? { ...place, packets: null, drops: isFirst ? place.drops : null } : place,
  )

type OrFault = <T>(work: Promise<T>) => Promise<T | null>

async function readSources(region: Region, load: LoadMeter | null, orFault: OrFault): Promise<SourceReading[]> {
  const sources = await Promise.all(region.mirrors.map((mirror) => readSource(mirror, orFault)))
  const mirrored = sources[0]?.mirrored ?? null
  const generated = load === null || mirrored === null ? null : await orFault(load.read(mirrored))
  return generated === null ? sources : [...sources, generated]
}

async function readSource({ source, report }: Region['mirrors'][number], orFault: OrFault): Promise<SourceReading> {
  const answer = await orFault(report())
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
    return { isRead: false, fault: error instanceof Error ? error.message : String(error) }
  }
}

async function readEve(region: Region, tails: Map<string, LogTail>): Promise<readonly EveLine[]> {
  const lines: EveLine[] = []
  for (const { address, logFolder } of region.sensors) {
    const tail = tails.get(address.id) ?? new LogTail(`${logFolder}/eve.json`, { mostBytes: mostEveBytes })
    tails.set(address.id, tail)
    await tail.read((text) => lines.push({ sensor: address.id, text }))
  }
  return lines
}
