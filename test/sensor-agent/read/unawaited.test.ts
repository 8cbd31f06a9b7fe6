import { expect, it } from 'vitest'
import { failed } from '../../../sensor-agent/read/answer.ts'
import { unawaited } from '../../../sensor-agent/read/unawaited.ts'
import type { Answer } from '../../../sensor-agent/sample/reading.ts'
import { manualClock } from '../../support/manual-clock.ts'

const silence = failed('SENSOR_SOCKET_SILENT', '/run/s', 'iface-stat', 2)

/** A source whose replies the test gives, and a clock that it moves. */
function given() {
  const replies: ((answer: Answer<number>) => void)[] = []
  const clock = manualClock(0)
  const read = () => new Promise<Answer<number>>((settle) => void replies.push(settle))
  const ask = unawaited(read, (answer) => !answer.ok && answer.code === 'SENSOR_SOCKET_SILENT', 0.2, clock)
  /** What has settled once the clock stands at so many seconds more, or 'waits'. */
  const after = async (asked: Promise<Answer<number>>, seconds: number): Promise<Answer<number> | 'waits'> => {
    await new Promise(setImmediate)
    clock.advance(seconds)
    await new Promise(setImmediate)
    return Promise.race([asked, Promise.resolve('waits' as const)])
  }
  return { ask, after, replies }
}

it('waits for a reply as long as none has failed to come', async () => {
  const { ask, after, replies } = given()
  const asked = ask()
  expect(await after(asked, 1.9)).toBe('waits')
  replies[0]?.({ ok: true, value: 7 })
  expect(await asked).toEqual({ ok: true, value: 7 })
})

it('after a silence gives the last failure soon, asks one question at a time, and hears the late reply', async () => {
  const { ask, after, replies } = given()
  const first = ask()
  replies[0]?.(silence)
  expect(await first).toBe(silence)
  expect(await after(ask(), 0.2)).toBe(silence)
  expect(await after(ask(), 0.2)).toBe(silence)
  expect(replies).toHaveLength(2)
  const third = ask()
  replies[1]?.({ ok: true, value: 8 })
  expect(await third).toEqual({ ok: true, value: 8 })
  // It answers again: it is waited for again.
  expect(await after(ask(), 1.9)).toBe('waits')
  expect(replies).toHaveLength(3)
})

it('a fault that is no silence is no reason to stop waiting', async () => {
  const { ask, after, replies } = given()
  const first = ask()
  replies[0]?.(failed('SENSOR_COUNTERS_UNKNOWN', 'decoder.pkts'))
  await first
  expect(await after(ask(), 1.9)).toBe('waits')
})

it('asks again after a reader that threw', async () => {
  let asked = 0
  const ask = unawaited<number>(
    () => {
      asked += 1
      throw new Error('a fault of ours')
    },
    () => false,
    0.2,
    manualClock(0),
  )
  await expect(ask()).rejects.toThrow('a fault of ours')
  await expect(ask()).rejects.toThrow('a fault of ours')
  expect(asked).toBe(2)
})
