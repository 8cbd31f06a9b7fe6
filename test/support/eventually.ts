import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again until the answer is not undefined, null or false; rejects after the deadline, naming what was waited for. */
export async function eventually<T>(what: string, ask: () => T | undefined | null | false, seconds = 20): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const answer = ask()
    if (answer !== undefined && answer !== null && answer !== false) return answer
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`)
    await sleep(50)
  }
}
