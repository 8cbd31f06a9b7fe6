import { setTimeout as sleep } from 'node:timers/promises'
import type { Exit, NamespaceProcess } from './namespace-process.ts'

/** A program that is started again whenever it ended by itself, as systemd does with Restart=always. */
export interface KeptProcess {
  /** The process that runs now; while the next start is waited for, the one that ended. */
  readonly current: () => NamespaceProcess
  /** Ends it for good. */
  readonly stop: (deadlineSeconds?: number) => Promise<void>
  readonly isStopped: () => boolean
}

const longestPauseSeconds = 15
/** Who ran as long as this has not failed to start: the pauses begin anew. */
const soundSeconds = 60

/** The pause before the next start, after so many ends in a row: 1, 2, 4, 8 and then 15 s, four tries a minute. */
export const toPauseSeconds = (endsInARow: number): number => Math.min(2 ** (endsInARow - 1), longestPauseSeconds)

/**
 * @param start is called for the first process and for each that follows
 * @param onEnded called when one ended by itself, or when the next could not be started
 * @throws when the first does not start
 */
export async function keepRunning(
  start: () => Promise<NamespaceProcess>,
  onEnded: (process: NamespaceProcess, end: Exit | Error, pauseSeconds: number) => void,
): Promise<KeptProcess> {
  const stopping = new AbortController()
  let current = await start()
  const followed = follow()
  return {
    current: () => current,
    isStopped: () => stopping.signal.aborted,
    stop: async (deadlineSeconds) => {
      stopping.abort()
      await current.stop(deadlineSeconds)
      await followed
      // One that was just being started.
      await current.stop(deadlineSeconds)
    },
  }

  async function follow(): Promise<void> {
    let endsInARow = 0
    let began = performance.now()
    let end: Exit | Error = await current.exited
    while (!stopping.signal.aborted) {
      endsInARow = performance.now() - began > soundSeconds * 1000 ? 1 : endsInARow + 1
      const pauseSeconds = toPauseSeconds(endsInARow)
      onEnded(current, end, pauseSeconds)
      await sleep(pauseSeconds * 1000, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      began = performance.now()
      end = await startAgain()
    }
  }

  async function startAgain(): Promise<Exit | Error> {
    try {
      current = await start()
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
    return stopping.signal.aborted ? { code: null, signal: null } : await current.exited
  }
}
