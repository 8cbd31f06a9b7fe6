import { type PickCounter, toRate, toRateWhile, toWindow, type Window } from './counter-window.ts'
import type {
  DemonstrationView,
  FleetView,
  HistoryPoint,
  LoadBalancerView,
  PlaceView,
  SensorView,
  SourceView,
} from './messages.ts'
import type { ConsoleReading, ConsoleSource, PlaceReading, SensorReading } from './source.ts'

export interface ViewParts {
  readonly source: Pick<ConsoleSource, 'fleet' | 'region' | 'detectionSeconds' | 'windowSeconds'>
  /** Oldest first; at least as far back as the window, once there are so many. */
  readonly readings: Window
  readonly events: number | null
  readonly demonstration: DemonstrationView | null
}

/** What the page shows of a fleet now. @returns null before the first reading */
export function toFleetView({ source, readings, events, demonstration }: ViewParts): FleetView | null {
  const now = readings.at(-1)
  if (now === undefined) return null
  const window = toWindow(readings, source.windowSeconds)
  return {
    fleet: source.fleet,
    region: source.region,
    atMilliseconds: now.atMilliseconds,
    windowSeconds: source.windowSeconds,
    detectionSeconds: source.detectionSeconds,
    sources: now.sources === null ? null : now.sources.map(({ name, zone }) => toSourceView(window, name, zone)),
    loadBalancer: toLoadBalancerView(window, now),
    sensors: now.sensors.map((sensor) => toSensorView(window, sensor)),
    funnel: toFunnel(window, now),
    alerts: now.alerts,
    events,
    demonstration,
    faults: now.faults,
  }
}

function toSourceView(window: Window, name: string, zone: string): SourceView {
  const of = (field: 'mirrored' | 'skipped') =>
    toRate(window, ({ sources }) => sources?.find((one) => one.name === name)?.[field] ?? null)
  return { name, zone, mirroredPerSecond: of('mirrored'), skippedPerSecond: of('skipped') }
}

function toLoadBalancerView(window: Window, { loadBalancer }: ConsoleReading): LoadBalancerView | null {
  if (loadBalancer === null) return null
  const of = (field: 'receivedPackets' | 'forwardedPackets' | 'noTargetPackets') =>
    toRate(window, (reading) => reading.loadBalancer?.[field] ?? null)
  return {
    receivedPerSecond: of('receivedPackets'),
    forwardedPerSecond: of('forwardedPackets'),
    noTargetPerSecond: of('noTargetPackets'),
    isFailOpen: loadBalancer.isFailOpen,
  }
}

const find = (reading: ConsoleReading, id: string): SensorReading | undefined =>
  reading.sensors.find((sensor) => sensor.id === id)

const pickPlace =
  (id: string, place: string, field: 'packets' | 'drops'): PickCounter =>
  (reading) =>
    find(reading, id)?.funnel.find((one) => one.place === place)?.[field] ?? null

function toSensorView(window: Window, { funnel: _, forwardedPackets: __, ...sensor }: SensorReading): SensorView {
  return {
    ...sensor,
    packetsPerSecond: toRate(window, pickPlace(sensor.id, capture, 'packets')),
    dropsPerSecond: toRate(window, pickPlace(sensor.id, capture, 'drops')),
  }
}

const capture = 'af-packet'
/** Gaps and disorder show here that began earlier (sensor-agent/sample/funnel.ts). */
const traces: readonly string[] = ['stream-gap', 'wrong-thread']

function toFunnel(window: Window, now: ConsoleReading): PlaceView[] {
  return [
    ...(now.sources === null ? [] : [toMirrorSkip(window, now.sources)]),
    ...(now.loadBalancer === null ? [] : [toLoadBalancerPlace(window), toSilentSensors(window, now.sensors)]),
    ...toPlaces(window).map((place): PlaceView => {
      const of = (field: 'packets' | 'drops') =>
        toSum(now.sensors.map(({ id }) => toRate(window, pickPlace(id, place, field))))
      return {
        place,
        packetsPerSecond: of('packets'),
        dropsPerSecond: of('drops'),
        isTrace: traces.includes(place),
      }
    }),
  ]
}

function toMirrorSkip(window: Window, sources: NonNullable<ConsoleReading['sources']>): PlaceView {
  const views = sources.map(({ name, zone }) => toSourceView(window, name, zone))
  const skipped = toSum(views.map(({ skippedPerSecond }) => skippedPerSecond))
  const mirrored = toSum(views.map(({ mirroredPerSecond }) => mirroredPerSecond))
  return {
    place: 'mirror-skip',
    packetsPerSecond: mirrored === null ? null : mirrored + (skipped ?? 0),
    dropsPerSecond: skipped,
    isTrace: false,
  }
}

const toLoadBalancerPlace = (window: Window): PlaceView => ({
  place: 'load-balancer',
  packetsPerSecond: toRate(window, ({ loadBalancer }) => loadBalancer?.receivedPackets ?? null),
  dropsPerSecond: toRate(window, ({ loadBalancer }) => loadBalancer?.noTargetPackets ?? null),
  isTrace: false,
})

/**
 * What went to a sensor while nobody captured there: it is gone, or its engine is, and the load balancer sends on until it has
 * noticed. Where only the agent is gone its engine captures on, and the count is too high until it is back.
 */
function toSilentSensors(window: Window, sensors: readonly SensorReading[]): PlaceView {
  const toForwarded =
    (id: string): PickCounter =>
    (reading) =>
      find(reading, id)?.forwardedPackets ?? null
  return {
    place: 'silent-sensor',
    packetsPerSecond: toSum(sensors.map(({ id }) => toRate(window, toForwarded(id)))),
    dropsPerSecond: toSum(
      sensors.map(({ id }) => toRateWhile(window, toForwarded(id), (reading) => isSilent(find(reading, id)))),
    ),
    isTrace: false,
  }
}

const isCounting = ({ funnel }: SensorReading): boolean =>
  (funnel.find(({ place }) => place === capture)?.packets ?? null) !== null

/** Nobody captures there. Whether one does that is not unhealthy and does not know its counters, nobody can tell. */
const isSilent = (sensor: SensorReading | undefined): boolean =>
  sensor?.status === 'silent' || (sensor?.status === 'unhealthy' && !isCounting(sensor))

/** Whether some sensor gets traffic of which nobody knows how much is lost. While no target is healthy all get some. */
function isBlind({ loadBalancer, sensors }: ConsoleReading): boolean {
  const isAnyHealthy = sensors.some(({ targetState }) => targetState === 'healthy')
  return sensors.some((sensor) => {
    const { targetState } = sensor
    const isServed = targetState === null || (isAnyHealthy ? targetState === 'healthy' : targetState !== 'unused')
    const isCounted = isCounting(sensor) || (loadBalancer !== null && isSilent(sensor))
    return isServed && !isCounted
  })
}

/** Every place that a sensor named in the window, each after those that the sensors put before it. */
function toPlaces(window: Window): string[] {
  const places: string[] = []
  const funnels = window.flatMap(({ sensors }) => sensors.map(({ funnel }) => funnel))
  for (const funnel of funnels) insertPlaces(places, funnel)
  return places
}

function insertPlaces(places: string[], funnel: readonly PlaceReading[]): void {
  let at = 0
  for (const { place } of funnel) {
    const found = places.indexOf(place)
    if (found === -1) places.splice(at, 0, place)
    at = (found === -1 ? at : found) + 1
  }
}

/** Of those that are known. */
function toSum(rates: readonly (number | null)[]): number | null {
  const known = rates.filter((rate) => rate !== null)
  return known.length === 0 ? null : known.reduce((sum, rate) => sum + rate, 0)
}

/**
 * The view's second in the charts. The loss is unknown while a reading of the window is blind: the rates alone would bridge that.
 * @param readings of which the view was made
 */
export function toHistoryPoint(
  { atMilliseconds, windowSeconds, sources, sensors, funnel }: FleetView,
  readings: Window,
): HistoryPoint {
  return {
    atMilliseconds,
    mirroredPerSecond: toSum(sources?.map(({ mirroredPerSecond }) => mirroredPerSecond) ?? []),
    packetsPerSecond: Object.fromEntries(sensors.map(({ id, packetsPerSecond }) => [id, packetsPerSecond])),
    lossRatio: toWindow(readings, windowSeconds).some(isBlind) ? null : toLossRatio(funnel),
  }
}

/**
 * Drops at every place over the packets that entered the funnel, 0..1. Where nobody counts them before the sensors, those
 * that reached the capture or were dropped before it. Places overlap a little (a full backlog may count twice), so it errs to the bad side.
 */
export function toLossRatio(funnel: readonly PlaceView[]): number | null {
  const causes = funnel.filter(({ isTrace }) => !isTrace)
  const entered = causes.find(({ place }) => place === 'mirror-skip')?.packetsPerSecond ?? toEnteredSensors(causes)
  const dropped = toSum(causes.map(({ dropsPerSecond }) => dropsPerSecond))
  if (entered === null || dropped === null) return null
  if (dropped === 0) return 0
  return Math.min(1, dropped / Math.max(entered, dropped))
}

function toEnteredSensors(causes: readonly PlaceView[]): number | null {
  const at = causes.findIndex(({ place }) => place === capture)
  const captured = causes[at]?.packetsPerSecond ?? null
  if (captured === null) return null
  return captured + (toSum(causes.slice(0, at).map(({ dropsPerSecond }) => dropsPerSecond)) ?? 0)
}
