import { capture, isSilent, toPlaceCount } from './capture-place.ts'
import { type PickCounter, toRate, toRateWhile, toSum, toWindow, type Window } from './counter-window.ts'
import type { DemonstrationView, FleetView, LoadBalancerView, PlaceView, SensorView, SourceView } from './messages.ts'
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
    toPlaceCount(find(reading, id), place, field)

function toSensorView(window: Window, { funnel: _, forwardedPackets: __, ...sensor }: SensorReading): SensorView {
  return {
    ...sensor,
    packetsPerSecond: toRate(window, pickPlace(sensor.id, capture, 'packets')),
    dropsPerSecond: toRate(window, pickPlace(sensor.id, capture, 'drops')),
  }
}

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
