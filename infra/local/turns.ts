/** Waits for all of them, so that nothing is still being started while the first failure takes the rest down. */
export async function every<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work)
  return await Promise.all(work)
}

/** The work's result, unless it takes longer: it then goes on unheard. @throws that there is no answer from `what` */
export async function within<T>(seconds: number, what: string, work: Promise<T>): Promise<T> {
  const timeOut = Promise.withResolvers<never>()
  const timer = setTimeout(() => timeOut.reject(new Error(`${what}: no answer within ${seconds} s`)), seconds * 1000)
  return await Promise.race([work, timeOut.promise]).finally(() => clearTimeout(timer))
}

/** Work that is done one piece after the other, until the end. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()
  #ended = false

  /** @throws what the work throws, or that there is no more */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => {
      if (this.#ended) throw new Error('the region is being taken down')
      return work()
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** Resolves when the piece under way is done; what waits for its turn is refused. */
  async end(): Promise<void> {
    this.#ended = true
    await this.#last
  }
}
