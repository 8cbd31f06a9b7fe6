import type { Answer } from '../sample/reading.ts'
import type { Clock } from './clock.ts'

/**
 * Starts a reading at most once in so many seconds, never two at a time, and gives the last answer meanwhile: only the
 * first callers wait. So a program that starts slowly does not delay a sample, and a disk that hangs does not get more
 * and more readers. A reading that outlives the interval is answered with `overdue`.
 */
export function seldom<T>(
  read: () => Promise<Answer<T>>,
  intervalSeconds: number,
  clock: Pick<Clock, 'nowSeconds'>,
  overdue: () => Answer<T>,
): () => Promise<Answer<T>> {
  let startedSeconds = Number.NEGATIVE_INFINITY
  let pending: Promise<Answer<T>> | undefined
  let last: Promise<Answer<T>> | undefined
  const start = (): void => {
    const started = read()
    const end = (): void => {
      pending = undefined
      last = started
    }
    startedSeconds = clock.nowSeconds()
    pending = started
    started.then(end, end)
  }
  return async () => {
    const isDue = (): boolean => clock.nowSeconds() - startedSeconds >= intervalSeconds
    if (pending === undefined && isDue()) start()
    return isDue() ? overdue() : (last ?? pending ?? overdue())
  }
}
