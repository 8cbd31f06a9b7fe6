import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toCaptureFilter } from '../../../sensor-agent/suricata/capture-filter.ts'

describe('toCaptureFilter', () => {
  it('takes every envelope and every later fragment where no device takes any', () => {
    expect(toCaptureFilter([])).toBe(
      'udp dst port 4789 or udp dst port 6081 or (ip proto 17 and ip[6:2] & 0x1fff != 0) or ip6 proto 44',
    )
  })

  it('asks for the I flag and for the three bytes of the VNI', () => {
    expect(toCaptureFilter([7, 2 ** 24 - 1])).toContain(
      'not (udp[8] & 8 != 0 and (udp[12:4] & 0xffffff00 = 0x700 or udp[12:4] & 0xffffff00 = 0xffffff00))',
    )
  })

  it('names each VNI once', () => {
    const vni = fc.integer({ min: 0, max: 2 ** 24 - 1 })
    fc.assert(
      fc.property(fc.uniqueArray(vni, { minLength: 1, maxLength: 64 }), (vnis) => {
        const named = [...toCaptureFilter(vnis).matchAll(/udp\[12:4\] & 0xffffff00 = 0x([0-9a-f]+)/g)]
        expect(named.map(([, hex = '']) => Number.parseInt(hex, 16) / 256)).toEqual(vnis)
      }),
    )
  })
})
