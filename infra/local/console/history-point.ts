import { capture, isCounting, isSilent } from './capture-place.ts'
import { toSum, toWindow, type Window } from './counter-window.ts'
import type { FleetView, HistoryPoint, PlaceView } from './messages.ts'
import type { ConsoleReading } from './source.ts'

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
