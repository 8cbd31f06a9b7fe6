import type { FleetView, HistoryPoint, PlaceView, SensorView } from '../../infra/local/console/messages.ts'

/** A sensor in service, but for what is given. */
export const sensorView = (given: Partial<SensorView> = {}): SensorView => ({
  ...{ id: 'sensor-1', zone: 'zone-a', status: 'healthy', findings: [], targetState: 'healthy', targetReason: null },
  ...{ packetsPerSecond: 100, dropsPerSecond: 0, isStopped: false },
  ...given,
})

export const placeView = (given: Partial<PlaceView> = {}): PlaceView => ({
  ...{ place: 'af-packet', packetsPerSecond: 100, dropsPerSecond: 0, isTrace: false },
  ...given,
})

/** A fleet of one sensor where all is well, but for what is given. */
export const fleetView = (given: Partial<FleetView> = {}): FleetView => ({
  ...{ fleet: 'demo', region: 'this machine', atMilliseconds: 1_000_000, windowSeconds: 10, detectionSeconds: 11 },
  ...{ sources: [], loadBalancer: null, sensors: [sensorView()], funnel: [placeView()] },
  alerts: { isRead: true, isWatched: true, firing: [] },
  ...{ events: null, demonstration: null, faults: [] },
  ...given,
})

export const historyPoint = (atMilliseconds: number, given: Partial<HistoryPoint> = {}): HistoryPoint => ({
  ...{ atMilliseconds, mirroredPerSecond: 100, packetsPerSecond: { 'sensor-1': 100 }, lossRatio: 0 },
  ...given,
})
