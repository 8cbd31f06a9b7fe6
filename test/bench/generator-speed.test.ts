import { describe, expect, it } from 'vitest'
import { toLoadReport } from '../support/load-report.ts'
import { toAchieved, toRate } from './generator-speed.ts'

describe("the generator's figures", () => {
  it.each(['', '0 pps', 'Rated: nan pps', 'no such interface'])('are none of a program that prints "%s"', (output) => {
    expect(() => toRate(output, /([\d.]+) pps/)).toThrow('no rate above 0')
  })

  it('are what a program prints', () => {
    expect(toRate('Rated: 1 Bps, 2 Mbps, 123456.78 pps\n', /([\d.]+) pps/)).toBe(123_456.78)
  })

  it.each([['af-packet'], ['af-xdp', 'af-packet']] as const)('are of AF_XDP alone, not of %s %s', (...means) => {
    const report = toLoadReport({ means: means.filter((each) => each !== undefined) })
    expect(() => toAchieved(JSON.stringify(report))).toThrow('wanted is AF_XDP')
    expect(toAchieved(JSON.stringify({ ...report, means: ['af-xdp'] }))).toEqual(report.achieved)
  })
})
