import { describe, expect, it } from 'vitest'
import { answered, failed } from '../../../sensor-agent/read/answer.ts'
import { seldom } from '../../../sensor-agent/read/seldom.ts'
import type { Answer } from '../../../sensor-agent/sample/reading.ts'

const overdue = failed('SENSOR_SOURCE_SLOW', 'disk', 10)

/** A clock and a reading that both do as the test says. */
function given() {
  const state = { now: 0, reads: 0, settle: (_: Answer<number>) => {} }
  const read = () =>
    new Promise<Answer<number>>((settle) => {
      state.reads += 1
      state.settle = settle
    })
  return { state, ask: seldom(read, 10, { nowSeconds: () => state.now }, () => overdue) }
}

describe('seldom', () => {
  it('reads once per interval and gives the last answer meanwhile', async () => {
    const { state, ask } = given()
    const first = ask()
    state.settle(answered(1))
    expect(await first).toEqual(answered(1))
    state.now = 9.9
    expect(await ask()).toEqual(answered(1))
    expect(state.reads).toBe(1)
  })

  it('does not make a caller wait for the next reading', async () => {
    const { state, ask } = given()
    const first = ask()
    state.settle(answered(1))
    await first
    state.now = 10
    expect(await ask()).toEqual(answered(1))
    expect(state.reads).toBe(2)
    state.settle(answered(2))
    await new Promise(setImmediate)
    expect(await ask()).toEqual(answered(2))
  })

  it('starts no second reading while one hangs, says that it is overdue, and recovers', async () => {
    const { state, ask } = given()
    const first = ask()
    for (state.now = 10; state.now < 100; state.now += 1) expect(await ask()).toBe(overdue)
    expect(state.reads).toBe(1)
    state.settle(answered(1))
    expect(await first).toEqual(answered(1))
    expect(await ask()).toEqual(answered(1))
    expect(state.reads).toBe(2)
  })

  it('reads again after a reading that threw', async () => {
    let reads = 0
    const state = { now: 0 }
    const read = async (): Promise<Answer<number>> => {
      reads += 1
      if (reads === 1) throw new Error('broken')
      return answered(reads)
    }
    const ask = seldom(read, 10, { nowSeconds: () => state.now }, () => overdue)
    await expect(ask()).rejects.toThrow('broken')
    state.now = 10
    await ask().catch(() => undefined)
    await new Promise(setImmediate)
    expect(await ask()).toEqual(answered(2))
  })
})
