import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSoftnet, readSoftnet } from '../../../sensor-agent/read/softnet.ts'
import { fixtureTrees } from '../../support/fixture-tree.ts'

const tree = fixtureTrees()
const row = (...counters: readonly string[]): string => [...counters, ...Array(12).fill('00000000')].join(' ')

describe('softnet', () => {
  it('adds up the hexadecimal rows of all CPUs', () => {
    const text = `${row('00000010', '00000001', '0000000a')}\n${row('00002b3d', '00000002', '00000000')}\n`
    const procRoot = tree({ 'net/softnet_stat': text })
    expect(readSoftnet({ procRoot })).toEqual({
      ok: true,
      value: { processed: 0x10 + 0x2b3d, drops: 3, squeezed: 10 },
    })
  })

  it.each([
    ['empty', ''],
    ['too short a row', '00000010 00000001\n'],
    ['no hexadecimal', `${row('00000010', 'zz', '0')}\n`],
    ['one bad row', `${row('1', '1', '1')}\nx\n`],
  ])('is a fault when the file is %s', (_, text) => {
    expect(readSoftnet({ procRoot: tree({ 'net/softnet_stat': text }) })).toMatchObject({ code: 'SENSOR_FILE_UNKNOWN' })
  })

  it('is a fault when there is no file', () => {
    expect(readSoftnet({ procRoot: '/nowhere' })).toMatchObject({ code: 'SENSOR_FILE_UNREADABLE' })
  })

  it('is whole counts or a fault, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789af \n-x') }), (text) => {
        const counters = decodeSoftnet(text)
        if (counters) expect(Object.values(counters).every((count) => Number.isFinite(count) && count >= 0)).toBe(true)
      }),
    )
  })
})
