import type { Limits } from '../../healthcheck/capture.ts'
import type { EngineCounters, Reading, ThreadCpu, WorkerCounters } from './reading.ts'
import { known } from './window-total.ts'
import { isCaptureWorker } from './worker-busy.ts'

/** For how long, in seconds, what ought to move has not. What cannot be seen in a step neither adds to it nor clears it. */
export interface Standstill {
  /** Each worker's own counters, by thread: one stuck worker among many must show. Counted over answered replies alone. */
  readonly workers: ReadonlyMap<string, number>
  /** All workers together got no CPU while the line received and no reply came: no reply alone may be a fault of ours. */
  readonly threadsSeconds: number
  /** The capture's count of packets. Only steps in which the line received add to it. */
  readonly captureSeconds: number
}

export const noStandstill: Standstill = { workers: new Map(), threadsSeconds: 0, captureSeconds: 0 }

/** `quiet`: noise at most, and for a while. `pausing`: not in this step. `unknown`: its source failed. */
export type Line = 'receiving' | 'pausing' | 'quiet' | 'unknown'

export interface Step {
  readonly previous: Reading
  readonly reading: Reading
  readonly line: Line
  /** The engine has just started: what its predecessor did does not count. */
  readonly isNew: boolean
  readonly hasSocketAnswered: boolean
  readonly hasCaptureMoved: boolean
  /** The last good reply before this one, however old. */
  readonly counters: EngineCounters | null
}

export type StandstillLimits = Pick<Limits, 'captureStandstillSeconds'>

export function nextStandstill(before: Standstill, step: Step, limits: StandstillLimits): Standstill {
  if (step.isNew) return noStandstill
  return {
    workers: nextWorkers(before.workers, step),
    threadsSeconds: nextThreads(before.threadsSeconds, step),
    captureSeconds: nextCapture(before.captureSeconds, step, limits),
  }
}

/**
 * A healthy worker asks the kernel for packets on a quiet line too, so it moves with or without traffic. When all stand
 * still and yet got CPU, it is the engine's snapshot that is old, as after a step back of the wall clock by which it waits.
 */
function nextWorkers(before: Standstill['workers'], step: Step): Standstill['workers'] {
  const now = known(step.reading['dump-counters'])
  if (now === null) return before
  const last = new Map(step.counters?.workers.map((worker) => [worker.thread, worker]))
  const standing = now.workers.filter((worker) => isSame(last.get(worker.thread), worker))
  const isOld = standing.length === now.workers.length && haveRun(step) === true
  const grown = isOld ? 0 : toSeconds(step)
  const toStill = (worker: WorkerCounters): number =>
    standing.includes(worker) ? (before.get(worker.thread) ?? 0) + grown : 0
  return new Map(now.workers.map((worker) => [worker.thread, toStill(worker)]))
}

/** Once it stands still only a reply or CPU time clears it: traffic that leaves has not mended anything. */
function nextThreads(before: number, step: Step): number {
  if (step.hasSocketAnswered) return 0
  const ran = haveRun(step)
  if (ran === true) return 0
  return ran === false && step.line === 'receiving' ? before + toSeconds(step) : before
}

/**
 * A few seconds without a count are forgotten when the line falls quiet: they were noise that the engine's filter keeps
 * from it. A standstill beyond the limit is not: only a packet captured shows that the capture is well.
 */
function nextCapture(before: number, step: Step, limits: StandstillLimits): number {
  if (step.hasCaptureMoved) return 0
  if (step.line === 'quiet' && before <= limits.captureStandstillSeconds) return 0
  return step.line === 'receiving' && isCaptureSeen(step) ? before + toSeconds(step) : before
}

/** The engine gave its count at both ends of the step, or the kernel says that nothing is attached to the interface. */
function isCaptureSeen({ previous, reading }: Step): boolean {
  const gave = (source: 'iface-stat' | 'dump-counters'): boolean => previous[source].ok && reading[source].ok
  return gave('iface-stat') || gave('dump-counters') || known(reading['packet-socket'])?.sockets === 0
}

const toSeconds = ({ previous, reading }: Step): number => reading.atSeconds - previous.atSeconds

const isSame = (before: WorkerCounters | undefined, now: WorkerCounters): boolean =>
  before !== undefined &&
  before.polls === now.polls &&
  before.capturePackets === now.capturePackets &&
  before.captureDrops === now.captureDrops &&
  before.decodedPackets === now.decodedPackets

/**
 * Added up over the workers, because the kernel cuts their names and two can be equal. Null while it cannot be seen: the
 * source failed, or knows no worker.
 */
function haveRun({ previous, reading }: Step): boolean | null {
  const before = toUse(previous)
  const now = toUse(reading)
  if (before === null || now === null) return null
  return before.cpuSeconds !== now.cpuSeconds || before.switches !== now.switches
}

function toUse({ 'thread-cpu': answer }: Reading): Pick<ThreadCpu, 'cpuSeconds' | 'switches'> | null {
  const workers = known(answer)?.filter(({ thread }) => isCaptureWorker(thread)) ?? []
  const sum = (figure: 'cpuSeconds' | 'switches') => workers.reduce((total, worker) => total + worker[figure], 0)
  return workers.length === 0 ? null : { cpuSeconds: sum('cpuSeconds'), switches: sum('switches') }
}
