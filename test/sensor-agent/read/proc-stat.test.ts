import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeProcStat } from '../../../sensor-agent/read/proc-stat.ts'

const line = (name: string) =>
  `7394 (${name}) S 1 7323 3980 0 -1 4194624 561 0 0 0 120 34 0 0 20 0 8 0 70384 570466304 19634 18446744073709551615 0 0 0 0 0 0\n`

describe('a stat line', () => {
  it('gives state, CPU time and start', () => {
    expect(decodeProcStat(line('W#01-ms1'))).toEqual({ name: 'W#01-ms1', state: 'S', cpuTicks: 154, startTicks: 70384 })
  })

  it('is read past any name a process gives itself', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('a) R 1 (b', ') ) )', '((', 'W#01 (x) 1 2 3', '\n')),
        (name) => {
          expect(decodeProcStat(line(name))).toEqual({ name, state: 'S', cpuTicks: 154, startTicks: 70384 })
        },
      ),
    )
  })

  it.each([
    ['empty', ''],
    ['without a name', '7394 S 1 2 3'],
    ['cut off', line('x').slice(0, 60)],
    ['without numbers', line('x').replace('120 34', 'a b')],
    ['turned round', ') x ('],
  ])('that is %s is none', (_, text) => {
    expect(decodeProcStat(text)).toBeUndefined()
  })
})
