import type { Limits } from '../../healthcheck/capture.ts'
import type { FaultCode } from '../faults.ts'
import { toRate } from './rate.ts'
import type { Answer, CaptureCounters, EngineCounters, Reading } from './reading.ts'
import {
  type Line,
  nextStandstill,
  noStandstill,
  type Standstill,
  type StandstillLimits,
  type Step,
} from './standstill.ts'
import { known, toReceivedPackets } from './window-total.ts'

/**
 * What one window needs to know of the past: the readings inside it, and when each thing last moved. Times are seconds on
 * the clock of the readings. Before something was first seen, its time is that of the first reading.
 */
export interface History {
  readonly windowSeconds: number
  readonly limits: HistoryLimits
  /** Oldest first. The oldest may be older than the window: it is what the window is counted from. */
  readonly readings: readonly Reading[]
  readonly socketAnsweredSeconds: number
  readonly countersMovedSeconds: number
  readonly mirroredSeconds: number
  /** When the engine last counted a packet; null while it has not. */
  readonly capturedSeconds: number | null
  readonly standstill: Standstill
  /** Last good answers, however old. */
  readonly counters: EngineCounters | null
  readonly capture: CaptureCounters | null
}

/** Up to `receivingPacketsPerSecond` a line counts as quiet. */
export type HistoryLimits = StandstillLimits & Pick<Limits, 'receivingPacketsPerSecond'>

/** An agent that samples faster than agreed must not grow without bound. */
const MAXIMUM_READINGS = 1024

/** A line is quiet after so long with noise at most, whatever the window: a long window must not stretch one burst. */
const QUIET_SECONDS = 10

export const emptyHistory = (windowSeconds: number, limits: HistoryLimits): History => ({
  windowSeconds,
  limits,
  readings: [],
  socketAnsweredSeconds: 0,
  countersMovedSeconds: 0,
  mirroredSeconds: 0,
  capturedSeconds: null,
  standstill: noStandstill,
  counters: null,
  capture: null,
})

/** A reading that is older than the one before it can only come from another clock: history begins anew. */
export function nextHistory(history: History, reading: Reading): History {
  const previous = history.readings.at(-1)
  if (previous === undefined || reading.atSeconds < previous.atSeconds) return startHistory(history, reading)
  const { windowSeconds, limits } = history
  const now = reading.atSeconds
  const kept = withinWindow(history.readings, now - Math.max(windowSeconds, QUIET_SECONDS))
  const readings = [...kept, reading].slice(-MAXIMUM_READINGS)
  const counters = known(reading['dump-counters'])
  const step: Step = {
    previous,
    reading,
    line: toLine(withinWindow(readings, now - QUIET_SECONDS), limits),
    isNew: hasJustStarted(previous, reading),
    hasSocketAnswered: hasSocketAnswered(reading),
    hasCaptureMoved: hasCaptureMoved(history, reading),
    counters: history.counters,
  }
  const captured = hasCaptured(history, reading)
  const countersMoved = step.isNew || hasChanged(history.counters, counters, countersOf)
  return {
    windowSeconds,
    limits,
    readings,
    socketAnsweredSeconds: step.hasSocketAnswered ? now : history.socketAnsweredSeconds,
    countersMovedSeconds: countersMoved ? now : history.countersMovedSeconds,
    mirroredSeconds: step.line === 'receiving' || captured ? now : history.mirroredSeconds,
    capturedSeconds: captured ? now : history.capturedSeconds,
    standstill: nextStandstill(history.standstill, step, limits),
    counters: counters ?? history.counters,
    capture: known(reading['iface-stat']) ?? history.capture,
  }
}

function startHistory({ windowSeconds, limits }: History, reading: Reading): History {
  const now = reading.atSeconds
  return {
    ...emptyHistory(windowSeconds, limits),
    readings: [reading],
    socketAnsweredSeconds: now,
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

/**
 * What the line does, by the readings of the last QUIET_SECONDS. ARP, router advertisements and the like reach it without
 * being mirrored, about one packet every few seconds. The price of the limit: a mirror below it is only seen by the
 * capture's own count.
 */
function toLine(readings: readonly Reading[], { receivingPacketsPerSecond }: HistoryLimits): Line {
  const last = readings.at(-1)?.atSeconds ?? 0
  const isNoise = (row: readonly Reading[], received: number): boolean =>
    received <= receivingPacketsPerSecond * (last - (row[0]?.atSeconds ?? last))
  const received = toReceivedPackets(readings)
  if (received === null) return 'unknown'
  if (isNoise(readings, received)) return 'quiet'
  const step = readings.slice(-2)
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
/** The uptime is computed when asked (src/output-json-stats.c); everything else is the snapshot. */
const countersOf = (counters: EngineCounters): unknown => ({ ...counters, uptimeSeconds: 0, compatible: null })

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
