import type { FaultCode } from '../faults.ts'
import { toRate } from './rate.ts'
import type { Answer, CaptureCounters, EngineCounters, Reading } from './reading.ts'
import { known, toReceivedPackets } from './window-total.ts'

/**
 * What one window needs to know of the past: the readings inside it, and when each thing last moved. Times are seconds on
 * the clock of the readings. Before something was first seen, its time is that of the first reading.
 */
export interface History {
  readonly windowSeconds: number
  /** Oldest first. The oldest may be older than the window: it is what the window is counted from. */
  readonly readings: readonly Reading[]
  readonly socketAnsweredSeconds: number
  readonly uptimeMovedSeconds: number
  readonly countersMovedSeconds: number
  /** When the line first received after the workers, or the capture, last moved; null while it has not. */
  readonly workersAwaitedSeconds: number | null
  readonly captureAwaitedSeconds: number | null
  readonly mirroredSeconds: number
  /** Last good answers, however old. */
  readonly counters: EngineCounters | null
  readonly capture: CaptureCounters | null
}

/** An agent that samples faster than agreed must not grow without bound. */
const MAXIMUM_READINGS = 1024

/**
 * ARP, router advertisements and the like reach the interface without being mirrored, about one packet every few
 * seconds. Up to this rate a line counts as quiet. The price: a mirror of less than a packet a second is only seen by
 * the capture's own count.
 */
const NOISE_PACKETS_PER_SECOND = 1

export const emptyHistory = (windowSeconds: number): History => ({
  windowSeconds,
  readings: [],
  socketAnsweredSeconds: 0,
  uptimeMovedSeconds: 0,
  countersMovedSeconds: 0,
  workersAwaitedSeconds: null,
  captureAwaitedSeconds: null,
  mirroredSeconds: 0,
  counters: null,
  capture: null,
})

/** A reading that is older than the one before it can only come from another clock: history begins anew. */
export function nextHistory(history: History, reading: Reading): History {
  const previous = history.readings.at(-1)
  if (previous === undefined || reading.atSeconds < previous.atSeconds)
    return startHistory(history.windowSeconds, reading)
  const now = reading.atSeconds
  const readings = [...withinWindow(history.readings, now - history.windowSeconds), reading].slice(-MAXIMUM_READINGS)
  const counters = known(reading['dump-counters'])
  const line = toLine(readings, previous, reading)
  const isNew = hasJustStarted(previous, reading)
  const moved = (since: number, has: boolean): number => (has || isNew ? now : since)
  const awaited = (since: number | null, has: boolean): number | null => {
    if (has || isNew || line === 'quiet') return null
    return line === 'receiving' ? (since ?? now) : since
  }
  const { uptimeMovedSeconds, countersMovedSeconds, workersAwaitedSeconds, captureAwaitedSeconds } = history
  return {
    windowSeconds: history.windowSeconds,
    readings,
    socketAnsweredSeconds: hasSocketAnswered(reading) ? now : history.socketAnsweredSeconds,
    uptimeMovedSeconds: moved(uptimeMovedSeconds, hasChanged(history.counters, counters, uptimeOf)),
    countersMovedSeconds: moved(countersMovedSeconds, hasChanged(history.counters, counters, countersOf)),
    workersAwaitedSeconds: awaited(workersAwaitedSeconds, hasChanged(history.counters, counters, workersOf)),
    captureAwaitedSeconds: awaited(captureAwaitedSeconds, hasCaptureMoved(history, reading)),
    mirroredSeconds: line === 'receiving' || hasCaptured(history, reading) ? now : history.mirroredSeconds,
    counters: counters ?? history.counters,
    capture: known(reading['iface-stat']) ?? history.capture,
  }
}

function startHistory(windowSeconds: number, reading: Reading): History {
  const now = reading.atSeconds
  return {
    ...emptyHistory(windowSeconds),
    readings: [reading],
    socketAnsweredSeconds: now,
    uptimeMovedSeconds: now,
    countersMovedSeconds: now,
    mirroredSeconds: now,
    counters: known(reading['dump-counters']),
    capture: known(reading['iface-stat']),
  }
}

/** Drops what is older than the last reading at or before `start`, which is where counting starts. */
export function withinWindow(readings: readonly Reading[], start: number): readonly Reading[] {
  const baseline = readings.findLastIndex(({ atSeconds }) => atSeconds <= start)
  return baseline <= 0 ? readings : readings.slice(baseline)
}

/** `quiet`: noise at most, over the whole window. `pausing`: not in this step. `unknown`: its source failed. */
function toLine(
  readings: readonly Reading[],
  previous: Reading,
  reading: Reading,
): 'receiving' | 'pausing' | 'quiet' | 'unknown' {
  const isNoise = (row: readonly Reading[], received: number): boolean =>
    received <= NOISE_PACKETS_PER_SECOND * (reading.atSeconds - (row[0]?.atSeconds ?? reading.atSeconds))
  const received = toReceivedPackets(readings)
  if (received === null) return 'unknown'
  if (isNoise(readings, received)) return 'quiet'
  const step = [previous, reading]
  return isNoise(step, toReceivedPackets(step) ?? 0) ? 'pausing' : 'receiving'
}

/** The socket spoke, whatever it said. */
function hasSocketAnswered(reading: Reading): boolean {
  const spoken: readonly FaultCode[] = ['SENSOR_COMMAND_REFUSED', 'SENSOR_COUNTERS_UNKNOWN', 'SENSOR_REPLY_UNKNOWN']
  return [reading['dump-counters'], reading['iface-stat']].some(
    (answer: Answer<unknown>) => answer.ok || spoken.includes(answer.code),
  )
}

/**
 * An engine refuses `dump-counters` until its first stats interval has passed. It has had no time to stand still, so what
 * its predecessor did, or the minute of loading rules, does not count. Only the first refusal does this: an engine that
 * goes on refusing stands still.
 */
function hasJustStarted(previous: Reading, reading: Reading): boolean {
  const refused = ({ 'dump-counters': answer }: Reading): boolean =>
    !answer.ok && answer.code === 'SENSOR_COMMAND_REFUSED'
  return refused(reading) && !refused(previous)
}

/** Seen for the first time counts as moved; not seen does not. */
function hasChanged<T>(before: T | null, now: T | null, of: (value: T) => unknown): boolean {
  if (now === null) return false
  return before === null || JSON.stringify(of(before)) !== JSON.stringify(of(now))
}
const uptimeOf = ({ uptimeSeconds }: EngineCounters): number => uptimeSeconds
/** The uptime is computed when asked (src/output-json-stats.c); everything else is the snapshot. */
const countersOf = (counters: EngineCounters): unknown => ({ ...counters, uptimeSeconds: 0 })
const workersOf = ({ workers }: EngineCounters): unknown => workers

/** `dump-counters` speaks for the capture only while `iface-stat` fails: it lags by up to 4 s. */
function hasCaptureMoved(history: History, reading: Reading): boolean {
  const live = known(reading['iface-stat'])
  if (live) return hasChanged(history.capture, live, ({ packets, drops }) => [packets, drops])
  const counters = known(reading['dump-counters'])
  return hasChanged(history.counters, counters, ({ capturePackets, captureDrops }) => [capturePackets, captureDrops])
}

/** The engine's capture filter lets only mirrored packets through, so each one counted is one that arrived. */
function hasCaptured({ capture }: History, reading: Reading): boolean {
  const live = known(reading['iface-stat'])
  if (!live || !capture) return false
  const at = { atSeconds: reading.atSeconds }
  const [packets = 0] = toRate({ ...at, values: [capture.packets] }, { ...at, values: [live.packets] }).counts
  return packets > 0
}
