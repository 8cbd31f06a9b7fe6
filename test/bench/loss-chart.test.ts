import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toCurve, toLossChart } from './loss-chart.ts'

const point = (offeredPacketsPerSecond: number, lossRatio: number) => ({ offeredPacketsPerSecond, lossRatio })

describe('a curve', () => {
  it('goes by rate, and takes trials of about the same rate for one', () => {
    const trials = [point(80_000, 0.2), point(40_000, 0), point(80_500, 0.4), point(79_900, 0.3), point(0, 0)]
    expect(toCurve('a', trials).points).toEqual([point(40_000, 0), point(80_000, 0.3)])
  })
})

describe('the chart of loss against offered rate', () => {
  const [low, high] = [toCurve('low', [point(10_000, 0), point(100_000, 0.5)]), toCurve('high', [point(50_000, 0)])]
  const chart = toLossChart('loss < 1 & more', [low, high])

  it('is one SVG that needs nothing else, with a line and a name for each curve', () => {
    expect(chart).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^>]*>\n/)
    expect(chart.trimEnd().endsWith('</svg>')).toBe(true)
    expect(chart.match(/<polyline /g)).toHaveLength(2)
    expect(chart).toContain('>low</text>')
    expect(chart).toContain('>high</text>')
    expect(chart).not.toMatch(/<script|<style|href|url\(/)
  })

  it('writes text as text', () => {
    expect(chart).toContain('loss &lt; 1 &amp; more')
    expect(toLossChart('t', [toCurve('<script>', [])])).toContain('&lt;script&gt;')
  })

  it('puts no loss on the bottom line and the rates at the ends of the axis', () => {
    expect(chart).toContain('points="70,340 700,50"')
  })

  it('stays inside its frame whatever was measured', () => {
    const points = fc.array(
      fc.record({
        offeredPacketsPerSecond: fc.double({ min: 1, max: 4e7, noNaN: true }),
        lossRatio: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    )
    fc.assert(
      fc.property(points, (trials) => {
        const drawn = toLossChart('t', [toCurve('a', trials)])
        expect(drawn).not.toMatch(/NaN|Infinity/)
        for (const [, x, y] of drawn.matchAll(/cx="([-\d.]+)" cy="([-\d.]+)"/g)) {
          expect(Number(x)).toBeGreaterThanOrEqual(0)
          expect(Number(x)).toBeLessThanOrEqual(720)
          expect(Number(y)).toBeGreaterThanOrEqual(50)
          expect(Number(y)).toBeLessThanOrEqual(340)
        }
      }),
    )
  })
})
