import { describe, expect, it } from 'vitest'
import { Turns, within } from '../../../infra/local/turns.ts'

/** A piece of work that has begun and waits to be let go. */
function begun(turns: Turns) {
  const [started, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const done = turns.take(() => {
    started.resolve()
    return gate.promise
  })
  return { started: started.promise, letGo: gate.resolve, fail: gate.reject, done }
}

describe('Turns', () => {
  it('does one piece of work after the other, and a piece that fails does not keep the next', async () => {
    const turns = new Turns()
    const one = begun(turns)
    const said: string[] = []
    const two = turns.take(async () => said.push('two'))
    await one.started
    expect(said).toEqual([])
    one.fail(new Error('one failed'))
    await expect(one.done).rejects.toThrow('one failed')
    await two
    expect(said).toEqual(['two'])
  })

  it('ends after the piece under way, and refuses those that wait', async () => {
    const turns = new Turns()
    const one = begun(turns)
    const two = turns.take(async () => 'never').catch((error: Error) => error.message)
    await one.started
    const said: string[] = []
    const ended = turns.end().then(() => said.push('ended'))
    await Promise.race([ended, new Promise((resolve) => setImmediate(resolve))])
    expect(said).toEqual([])
    one.letGo()
    await ended
    expect(await two).toBe('the region is being taken down')
  })
})

describe('within', () => {
  it('gives what the work gives, or why it failed, in time', async () => {
    expect(await within(10, 'mirror', Promise.resolve(7))).toBe(7)
    await expect(within(10, 'mirror', Promise.reject(new Error('it has ended')))).rejects.toThrow('it has ended')
  })

  it('gives up on work that hangs, by name', async () => {
    const { promise } = Promise.withResolvers<never>()
    await expect(within(0.01, 'mirror', promise)).rejects.toThrow('mirror: no answer within 0.01 s')
  })
})
