import { toErrorMessage } from '../error-message.ts'
import type { FleetDescription } from '../fleet.ts'
import { UnfitMachine } from './guard-route.ts'
import { type Region, startRegion } from './region.ts'
import { toPrintable } from './screen.ts'

export const say = (text: string): void => void process.stderr.write(`${text}\n`)
export const print = (text: string): void => void process.stdout.write(`${text}\n`)
export const toMessage = (error: unknown): string => toPrintable(toErrorMessage(error))

export interface RegionSession {
  readonly fleet: FleetDescription
  /** @returns the exit code */
  readonly work: (region: Region, stopped: AbortSignal) => Promise<number>
  /** Exit code when it is interrupted. */
  readonly interruptedCode: number
}

/**
 * Brings a region up, works in it, and takes it down whatever happens.
 * @returns the exit code: 2 for a machine that cannot do it, 1 when something broke
 */
export async function runInRegion({ fleet, work, interruptedCode }: RegionSession): Promise<number> {
  const { stopped, isBroken } = listenForEnd()
  let region: Region | null = null
  const show = async (): Promise<number> => {
    try {
      region = await startRegion({ fleet, onProgress: say, onLost: say, signal: stopped })
      return await untilStopped(work(region, stopped), stopped)
    } catch (error) {
      if (stopped.aborted) return interruptedCode
      say(toMessage(error))
      return error instanceof UnfitMachine ? 2 : 1
    }
  }
  const takeDown = async (): Promise<number> => {
    say('taking everything down')
    try {
      await region?.stop()
      return 0
    } catch (error) {
      say(toMessage(error))
      return 1
    }
  }
  const code = await show()
  return Math.max(code, await takeDown(), isBroken() ? 1 : 0)
}

/** Everything that ends the show early. Whatever it is, the fleet must be taken down: nothing here may end the process. */
function listenForEnd() {
  const stop = new AbortController()
  let broken = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
  // Nobody reads any more: a closed terminal, or `npm start | head`.
  process.stdout.on('error', () => stop.abort())
  process.stderr.on('error', () => undefined)
  process.on('uncaughtException', (error) => {
    broken = true
    say(toMessage(error))
    stop.abort()
  })
  return { stopped: stop.signal, isBroken: () => broken }
}

/** Rejects as soon as the signal comes, whatever `work` is waiting for. */
function untilStopped<T>(work: Promise<T>, stopped: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    stopped.addEventListener('abort', () => reject(stopped.reason), { once: true })
    if (stopped.aborted) reject(stopped.reason)
    work.then(resolve, reject)
  })
}
