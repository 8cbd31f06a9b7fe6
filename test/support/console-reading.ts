import { toFleetView } from '../../infra/local/console/fleet-view.ts'
import type { FleetView } from '../../infra/local/console/messages.ts'
import type { ConsoleReading, PlaceReading, SensorReading } from '../../infra/local/console/source.ts'

/** A reading of a fleet in which nothing stands that a test does not put there. */
export const readingAt = (atMilliseconds: number, parts: Partial<ConsoleReading> = {}): ConsoleReading => ({
  atMilliseconds,
  sources: null,
  loadBalancer: null,
  sensors: [],
  alerts: { isRead: true, isWatched: true, firing: [] },
  faults: [],
  ...parts,
})

/** A healthy sensor that the load balancer sends to. */
export const sensorReading = (id: string, parts: Partial<SensorReading> = {}): SensorReading => ({
  id,
  zone: 'a',
  status: 'healthy',
  findings: [],
  targetState: 'healthy',
  targetReason: null,
  forwardedPackets: null,
  funnel: [],
  isStopped: false,
  ...parts,
})

/** A source whose rates are over ten seconds. */
export const viewSource = { fleet: 'web', region: 'this machine', detectionSeconds: 12, windowSeconds: 10 }

/** The view of readings, oldest first. */
export function viewOf(...readings: readonly ConsoleReading[]): FleetView {
  const made = toFleetView({ source: viewSource, readings, events: 0, demonstration: null })
  if (made === null) throw new Error('no view of no reading')
  return made
}

export const place = (name: string, packets: number | null, drops: number | null): PlaceReading => ({
  place: name,
  packets,
  drops,
})
export const captured = (packets: number, drops: number) => [
  place('interface', packets, 0),
  place('af-packet', packets, drops),
]
export const balancer = (receivedPackets: number, noTargetPackets = 0) => ({
  receivedPackets,
  forwardedPackets: receivedPackets - noTargetPackets,
  noTargetPackets,
  isFailOpen: false,
})
export const mirror = (mirrored: number, skipped: number) => [{ name: 'source-1', zone: 'a', mirrored, skipped }]
