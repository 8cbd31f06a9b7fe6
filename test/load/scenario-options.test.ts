import { describe, expect, it } from 'vitest'
import { parseOptions } from '../../load/options.ts'
import { applyOptions } from '../../load/scenario-options.ts'
import { findScenario } from '../../load/scenarios/catalogue.ts'

function apply(name: string, ...args: string[]) {
  const parsed = parseOptions(['--pcap', 'x', ...args])
  const scenario = findScenario(name)
  if (!parsed.ok || scenario === undefined) throw new Error('wrong test')
  return applyOptions(scenario, parsed.options)
}
const lanes = (scenario: { flows: readonly { concurrent: number }[] }) =>
  scenario.flows.reduce((sum, { concurrent }) => sum + concurrent, 0)

describe('applyOptions', () => {
  it('leaves a scenario as it is when nothing is asked', () => {
    expect(apply('steady')).toEqual({ scenario: findScenario('steady'), complaints: [] })
  })

  it('changes what is named', () => {
    const { scenario } = apply('steady', '--seed', '9', '--bps', '1M', '--sources', '3', '--seconds', '4')
    expect(scenario).toMatchObject({ seed: 9, rate: { unit: 'bits', perSecond: 1e6 }, seconds: 4 })
    expect(scenario.sources.count).toBe(3)
  })

  it('leaves out good traffic when only malformed is asked for, and says which kinds a scenario has not', () => {
    expect(apply('malformed', '--flows', 'malformed=10').scenario.flows).toEqual([
      { kind: 'malformed', concurrent: 10 },
    ])
    expect(apply('canary', '--flows', 'http=1').complaints).toEqual([expect.stringContaining('has no http flows')])
  })

  it('has fewer flows under way at a low rate, so that all can be finished within about a second', () => {
    expect(lanes(apply('http-audit', '--pps', '100').scenario)).toBeLessThanOrEqual(21)
    expect(lanes(apply('http-audit', '--pps', '100k').scenario)).toBe(128)
    expect(lanes(apply('http-audit', '--pps', '100', '--flows', 'http=128').scenario)).toBe(128)
  })
})
