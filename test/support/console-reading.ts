import type { ConsoleReading, SensorReading } from '../../infra/local/console/source.ts'

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
