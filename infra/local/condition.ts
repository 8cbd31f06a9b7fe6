import { setTimeout as sleep } from 'node:timers/promises'

/** How often a condition is looked at again. */
const pauseMilliseconds = 100

export interface Condition<T> {
  /** What is waited for, for the message when it does not come. */
  readonly what: string
  readonly deadlineSeconds: number
  readonly read: () => Promise<T> | T
  readonly isDone: (value: T) => boolean
  /** Ends the waiting early. @default - only the deadline does */
  readonly signal?: AbortSignal | undefined
  /** The last value in words. @default JSON */
  readonly describe?: (value: T) => string
}

/**
 * Reads again and again until the value will do, and returns it.
 * @throws after the deadline, with what was waited for and the last value; or an AbortError
 */
export async function waitUntil<T>(condition: Condition<T>): Promise<T> {
  const { what, deadlineSeconds, read, isDone, signal, describe } = condition
  const deadline = performance.now() + deadlineSeconds * 1000
  for (;;) {
    const value = await read()
    if (isDone(value)) return value
    if (performance.now() > deadline) {
      const last = (describe ?? JSON.stringify)(value)
      throw new Error(`${what} did not come about within ${deadlineSeconds} s; last seen: ${last}`)
    }
    await sleep(pauseMilliseconds, undefined, { signal })
  }
}
