import { get } from 'node:http'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Target } from './configuration.ts'
import type { ProbeFailure, TargetEvent } from './target.ts'

/** What one probe says about its target, as the event of the target's life. */
export type ProbeEvent = Extract<TargetEvent, { type: 'probe-passed' | 'probe-failed' }>

const failed = (reason: ProbeFailure): ProbeEvent => ({ type: 'probe-failed', reason })

/** AWS: the default matcher of an NLB's HTTP health check. */
const isMatch = (statusCode: number) => statusCode >= 200 && statusCode <= 399

/**
 * Asks GET /readyz once. The status line decides; a body is read and thrown away until the timeout, then cut off.
 *
 * @returns always an event: no answer in time is Target.Timeout, a status outside 200-399 Target.ResponseCodeMismatch,
 * refused, reset, unreachable or not HTTP Target.FailedHealthChecks (meanings: ELBv2 TargetHealth.Reason)
 */
export function probe({ address, healthPort }: Pick<Target, 'address' | 'healthPort'>, timeoutSeconds: number) {
  return new Promise<ProbeEvent>((resolve) => {
    // A new connection each time, as from NLB: one kept open would not notice that nobody accepts any more.
    const request = get({ host: address, port: healthPort, path: '/readyz', agent: false })
    const deadline = setTimeout(() => {
      resolve(failed('Target.Timeout'))
      request.destroy()
    }, timeoutSeconds * 1000)
    request.on('response', (response) => {
      const statusCode = response.statusCode ?? 0
      resolve(isMatch(statusCode) ? { type: 'probe-passed' } : failed('Target.ResponseCodeMismatch'))
      // Cut off mid-body is not an answer to judge: the status line already was.
      response.on('error', () => undefined).resume()
    })
    request.on('error', () => resolve(failed('Target.FailedHealthChecks')))
    request.on('close', () => clearTimeout(deadline))
  })
}

export interface Schedule {
  readonly intervalSeconds: number
  readonly timeoutSeconds: number
  /** Ends the schedule; a probe under way is not reported. */
  readonly signal: AbortSignal
  readonly onEvent: (event: ProbeEvent) => void
}

/** Probes one target from now on, start to start one interval apart, never two at once. */
export async function probeOnSchedule(target: Target, schedule: Schedule): Promise<void> {
  const { intervalSeconds, timeoutSeconds, signal, onEvent } = schedule
  while (!signal.aborted) {
    const startedMilliseconds = performance.now()
    const event = await probe(target, timeoutSeconds)
    if (signal.aborted) return
    onEvent(event)
    const elapsedMilliseconds = performance.now() - startedMilliseconds
    // Rejects only when aborted, and then the loop ends.
    await sleep(Math.max(0, intervalSeconds * 1000 - elapsedMilliseconds), undefined, { signal }).catch(() => undefined)
  }
}
