import type { Limits } from '../healthcheck/capture.ts'
import { type Patience, steady, toPublishedVerdict, unproven } from '../healthcheck/steady.ts'
import { judge } from '../healthcheck/verdict.ts'
import type { Clock } from './read/clock.ts'
import { emptyHistory, nextHistory } from './sample/history.ts'
import type { Reading } from './sample/reading.ts'
import { toWindow } from './sample/window.ts'
import { toWorkerSpread } from './sample/worker-spread.ts'
import type { AgentWork, EngineStatus, GroupStatus, Publication } from './serve/publication.ts'
import { nextStuck, notStuck, type StuckPatience } from './stuck.ts'
import type { RulesRejection } from './suricata/rules-rejection.ts'
import { everyTick } from './ticks.ts'
import { idle, nextWork } from './work.ts'

/** The engine as the agent sees it. */
export interface Engine {
  readonly status: () => EngineStatus
  /** The process exists and has once been ready. */
  readonly isUp: () => boolean
  readonly rejection: () => RulesRejection | null
  /** It lives and does nothing: replace it. */
  readonly wedged: () => void
  /** Looks at the rule folders and loads what has changed. */
  readonly checkRules: () => Promise<void>
}

export interface AgentParts {
  readonly clock: Clock
  /** All sources at one instant; each of them may fail alone. */
  readonly read: () => Promise<Reading>
  readonly engine: Engine
  readonly publish: (publication: Publication) => void
  /** CPU and memory of this process. */
  readonly use: () => Pick<AgentWork, 'cpuSeconds' | 'residentBytes'>
  /** Its place in an Auto Scaling group; null without one. */
  readonly group: () => GroupStatus | null
  /** Told of what should not happen; the loop goes on. */
  readonly onError: (error: unknown, doing: string) => void
  readonly limits: Limits
  readonly patience: Patience
  readonly sampleSeconds: number
  readonly windowSeconds: number
  readonly rulesCheckSeconds: number
  readonly stuckPatience: StuckPatience
}

/** The operator's signal, or the Auto Scaling group: what one of them began the other does not take back. */
export type DrainCause = 'signal' | 'group'

export interface Agent {
  /** Samples and looks at the rules, each on its schedule, until the signal is aborted. Never rejects. */
  readonly run: (signal: AbortSignal) => Promise<void>
  /** From now on not ready, and said so at once rather than with the next sample. */
  readonly drain: (cause: DrainCause) => void
  /** Takes `drain` back for this cause. Without another one the sensor proves itself anew. */
  readonly resume: (cause: DrainCause) => void
  /** Looks at the rules now; one look at a time. Never rejects. */
  readonly checkRules: () => Promise<void>
}

/** read → sample → judge → publish, with every effect an argument. */
export function createAgent(parts: AgentParts): Agent {
  const { clock, engine, windowSeconds } = parts
  let history = emptyHistory(windowSeconds, parts.limits)
  let readiness = unproven
  let stuck = notStuck
  let work = idle
  const drainCauses = new Set<DrainCause>()
  let look: Promise<void> = Promise.resolve()

  const publish = (reading: Reading): void => {
    const rejection = engine.rejection()
    const facts = { suricataUp: engine.isUp(), draining: drainCauses.size > 0, rulesRejected: rejection?.files ?? 0 }
    const window = toWindow(history, facts, windowSeconds)
    const verdict = judge(window, parts.limits)
    readiness = steady(readiness, verdict, reading.atSeconds, parts.patience)
    const captured = history.capturedSeconds === reading.atSeconds
    const next = nextStuck(stuck, verdict, reading.atSeconds, captured, parts.stuckPatience)
    stuck = next.stuck
    parts.publish({
      atSeconds: clock.nowSeconds(),
      verdict: toPublishedVerdict(verdict, readiness),
      window,
      workers: toWorkerSpread(history.readings),
      reading,
      engine: engine.status(),
      rejection,
      work: { ...work, ...parts.use() },
      group: parts.group(),
    })
    if (next.replace && drainCauses.size === 0) engine.wedged()
  }

  const sample = async (skipped: number): Promise<void> => {
    try {
      const startedSeconds = clock.nowSeconds()
      const reading = await parts.read()
      history = nextHistory(history, reading)
      work = nextWork(work, reading, skipped, clock.nowSeconds() - startedSeconds)
      publish(reading)
    } catch (error) {
      parts.onError(error, 'sampling')
    }
  }

  const checkRules = (): Promise<void> => {
    look = look.then(engine.checkRules).catch((error: unknown) => parts.onError(error, 'looking at the rules'))
    return look
  }

  const publishAgain = (): void => {
    const reading = history.readings.at(-1)
    if (reading !== undefined) publish(reading)
  }

  const run = async (signal: AbortSignal): Promise<void> => {
    await Promise.all([
      everyTick(clock, parts.sampleSeconds, signal, sample),
      everyTick(clock, parts.rulesCheckSeconds, signal, checkRules),
    ])
  }

  const drain = (cause: DrainCause): void => {
    drainCauses.add(cause)
    publishAgain()
  }

  const resume = (cause: DrainCause): void => {
    drainCauses.delete(cause)
    publishAgain()
  }

  return { run, drain, resume, checkRules }
}
