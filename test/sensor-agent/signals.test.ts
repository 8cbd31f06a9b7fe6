import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { listenToSignals } from '../../sensor-agent/signals.ts'

/** Whether a promise has settled, after everything that was due has run. */
async function settled(promise: Promise<string>): Promise<string | undefined> {
  return Promise.race([promise, new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)))])
}

describe('listenToSignals', () => {
  it.each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGTERM'],
  ])('takes %s as the wish to end and a following %s as haste', async (first, second) => {
    const source = new EventEmitter()
    const signals = listenToSignals(source)
    expect(await settled(signals.end)).toBe(undefined)
    source.emit(first)
    expect([await settled(signals.end), await settled(signals.hasten)]).toEqual([first, undefined])
    source.emit(second)
    expect(await settled(signals.hasten)).toBe(second)
    source.emit(first)
  })

  it('takes SIGUSR2 as the wish to end, but neither as haste nor as a change of mind', async () => {
    const source = new EventEmitter()
    const signals = listenToSignals(source)
    source.emit('SIGUSR2')
    expect(await settled(signals.end)).toBe('SIGUSR2')
    source.emit('SIGUSR2')
    expect(await settled(signals.hasten)).toBe(undefined)
    const draining = listenToSignals(source)
    source.emit('SIGTERM')
    source.emit('SIGUSR2')
    expect([await settled(draining.end), await settled(draining.hasten)]).toEqual(['SIGTERM', undefined])
  })

  it('does not end for a SIGHUP, not even before anyone asked for it', async () => {
    const source = new EventEmitter()
    const signals = listenToSignals(source)
    let hangups = 0
    source.emit('SIGHUP')
    signals.onHangup(() => {
      hangups += 1
    })
    source.emit('SIGHUP')
    source.emit('SIGHUP')
    expect([hangups, await settled(signals.end)]).toEqual([2, undefined])
  })
})
