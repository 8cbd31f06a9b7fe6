import type { Answer } from '../sample/reading.ts'
import type { Clock } from './clock.ts'

/**
 * A reading that is waited for as long as it takes, until it has once failed for want of a reply (`isSilent`). From then
 * on it goes on in the background, one at a time and each with all its time, and a caller who has waited `waitSeconds` is
 * given the last failure: samples keep their pace, and an engine that is merely slow is still heard.
 */
export function unawaited<T>(
  read: () => Promise<Answer<T>>,
  isSilent: (answer: Answer<T>) => boolean,
  waitSeconds: number,
  clock: Pick<Clock, 'after'>,
): () => Promise<Answer<T>> {
  let pending: Promise<Answer<T>> | undefined
  let silent: Answer<T> | undefined
  const start = (): Promise<Answer<T>> => {
    const started = read()
    pending = started
    const end = (answer?: Answer<T>): void => {
      pending = undefined
      silent = answer && isSilent(answer) ? answer : undefined
    }
    started.then(end, () => end())
    return started
  }
  return async () => {
    const asked = pending ?? start()
    const last = silent
    if (last === undefined) return asked
    let cancel = () => {}
    const late = new Promise<Answer<T>>((settle) => {
      cancel = clock.after(waitSeconds, () => settle(last))
    })
    return Promise.race([asked, late]).finally(cancel)
  }
}
