import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSendQueue } from '../../../load/send/frame-queue.ts'
import { createSend } from '../../../load/send/xdp-sender.ts'

const capacity = 8
/** Counters are of 32 bits; these run over within a few frames. */
const firstCount = 2 ** 32 - 3
const FRAMES_PER_CALL = 3

type Fate = 'goes' | 'dropped' | 'busy'

/** The transmit side of net/xdp/xsk.c since 6.17 (__xsk_generic_xmit, xskq_cons_peek_desc), one fate a frame it takes up. */
function createKernel(fates: readonly Fate[], broken: string | null = null) {
  const ring = () => {
    const words = new Uint32Array(8 + capacity * 4)
    words[0] = words[4] = firstCount
    return { words, producerAt: 0, consumerAt: 4, descriptorsAt: 8, unmap: () => {} }
  }
  const [transmit, completion] = [ring(), ring()]
  const wire: number[] = []
  let met = 0
  let [taken, offered] = [firstCount, firstCount]
  const hasFrame = () => {
    if (taken === offered) {
      transmit.words[transmit.consumerAt] = taken
      offered = transmit.words[transmit.producerAt] ?? 0
    }
    return taken !== offered
  }
  const take = (): string | null => {
    for (let frames = 0; hasFrame(); frames++) {
      if (frames === FRAMES_PER_CALL) return 'EAGAIN'
      const fate = fates[met++] ?? 'goes'
      if (fate === 'busy') return 'EAGAIN'
      const offset = transmit.words[transmit.descriptorsAt + (taken % capacity) * 4] ?? -1
      taken = (taken + 1) >>> 0
      if (fate === 'dropped') return 'EBUSY'
      wire.push(offset)
    }
    return null
  }
  const call = (): string | null => {
    if (broken !== null) return broken
    const before = wire.length
    const error = take()
    if (wire.length > before) transmit.words[transmit.consumerAt] = taken
    return error
  }
  return { transmit, completion, call, wire }
}

function queueOf(first: number, count: number) {
  const queue = createSendQueue(capacity)
  for (let index = 0; index < count; index++) queue.add((first + index) * 64, 60, 0)
  return queue
}

const patient = { busyMillisecondsMax: 1000, clock: () => 0 }
/** In spells, of which some outlast the sender's patience. */
const fatesOf = fc
  .array(fc.tuple(fc.constantFrom<Fate>('goes', 'dropped', 'busy'), fc.integer({ min: 1, max: 20 })))
  .map((spells) => spells.flatMap(([fate, times]) => Array<Fate>(times).fill(fate)))

describe('sending by AF_XDP', () => {
  it('puts every frame on the wire once and in order, whatever is dropped or has to wait, and knows what went when it gives up', () => {
    const patience = fc.integer({ min: 1, max: 15 })
    const counts = fc.array(fc.integer({ min: 1, max: capacity }))
    fc.assert(
      fc.property(fatesOf, counts, patience, (fates, lengths, busyMillisecondsMax) => {
        const { transmit, completion, call, wire } = createKernel(fates)
        let now = 0
        const send = createSend({ capacity, transmit, completion }, { call, busyMillisecondsMax, clock: () => now++ })
        let sent = 0
        for (const count of lengths) {
          const went = send(queueOf(sent, count))
          sent += went
          if (went < count) break
        }
        expect(wire).toEqual(Array.from({ length: sent }, (_, frame) => frame * 64))
      }),
    )
  })

  it('sends again when the only frame is dropped twice in a row: what the kernel says then is still of the first', () => {
    const { transmit, completion, call, wire } = createKernel(['dropped', 'dropped', 'goes'])
    expect(createSend({ capacity, transmit, completion }, { call, ...patient })(queueOf(5, 1))).toBe(1)
    expect(wire).toEqual([320])
  })

  it('gives up with what went when nothing goes for too long, also from the first millisecond on', () => {
    let now = 0
    const clock = () => now++ * 100
    const { transmit, completion, call, wire } = createKernel(['goes', ...Array<Fate>(100).fill('dropped')])
    const send = createSend({ capacity, transmit, completion }, { call, clock, busyMillisecondsMax: 1000 })
    expect(send(queueOf(0, 4))).toBe(1)
    expect(wire).toEqual([0])
  })

  it('ends at once at an error that does not pass', () => {
    const { transmit, completion, call } = createKernel([], 'ENETDOWN')
    expect(createSend({ capacity, transmit, completion }, { call, ...patient })(queueOf(0, 4))).toBe(0)
  })
})
