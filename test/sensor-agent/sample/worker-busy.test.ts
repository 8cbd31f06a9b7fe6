import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toWorkerBusy } from '../../../sensor-agent/sample/worker-busy.ts'
import { readingOf, type Seen } from '../../support/reading.ts'

const busy = (...seen: readonly Seen[]) =>
  toWorkerBusy(seen.map((one, index) => readingOf({ atSeconds: index * 10, ...one })))

describe('how busy the workers are', () => {
  it('is the CPU time of capture workers alone, the busiest, the least busy and the mean', () => {
    const before = {
      cpu: [
        ['W#01-ens5', 1],
        ['W#02-ens5', 1],
        ['FM#01', 0],
        ['Suricata-Main', 0],
      ],
    } as const
    const after = {
      cpu: [
        ['W#01-ens5', 9],
        ['W#02-ens5', 3],
        ['FM#01', 10],
        ['Suricata-Main', 10],
      ],
    } as const
    expect(busy(before, after)).toEqual({ max: 0.8, min: 0.2, mean: 0.5 })
  })

  it.each<[string, readonly Seen[], number | null]>([
    ['more than all the time there was is all of it', [{ cpu: [['W#01', 0]] }, { cpu: [['W#01', 10.4]] }], 1],
    ['a restarted thread counts from zero', [{ cpu: [['W#01', 500]] }, { cpu: [['W#01', 4]] }], 0.4],
    ['a new thread had used nothing', [{ cpu: [] }, { cpu: [['W#01', 4]] }], 0.4],
    ['a failure in between is bridged', [{ cpu: [['W#01', 0]] }, { cpu: null }, { cpu: [['W#01', 10]] }], 0.5],
    ['a failure now leaves it unknown', [{ cpu: [['W#01', 0]] }, { cpu: [['W#01', 1]] }, { cpu: null }], null],
    ['one reading says nothing', [{ cpu: [['W#01', 4]] }], null],
    ['no worker, no figure', [{ cpu: [['FM#01', 0]] }, { cpu: [['FM#01', 5]] }], null],
    ['no time, no figure', [{ cpu: [['W#01', 0]] }, { atSeconds: 0, cpu: [['W#01', 5]] }], null],
  ])('%s', (_, seen, max) => {
    expect(busy(...seen)?.max ?? null).toBe(max)
  })

  it('is always a ratio', () => {
    const cpu = fc.option(fc.array(fc.tuple(fc.constantFrom('W#01', 'W#02', 'FM#01'), fc.nat(100))))
    fc.assert(
      fc.property(fc.array(fc.record({ cpu })), (seen) => {
        const { max, mean } = busy(...seen) ?? { max: 0, mean: 0 }
        expect(mean).toBeGreaterThanOrEqual(0)
        expect(max).toBeGreaterThanOrEqual(mean - 1e-9)
        expect(max).toBeLessThanOrEqual(1)
      }),
    )
  })
})
