import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { Scenario } from '../../../load/scenario.ts'
import { scenarios } from '../../../load/scenarios/catalogue.ts'

describe('the scenarios', () => {
  it.each(scenarios)('$name is within the limits that a file must keep', (scenario) => {
    expect(Value.Errors(Scenario, scenario)).toEqual([])
  })

  it('are those that were promised, each name once', () => {
    const names = scenarios.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(
      expect.arrayContaining([
        ...['steady', 'imix', 'http-audit', 'burst', 'elephant', 'few-enis', 'dns-resolver', 'jumbo', 'malformed'],
        'canary',
      ]),
    )
  })
})
