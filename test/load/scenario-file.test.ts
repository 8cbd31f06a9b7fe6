import { describe, expect, it } from 'vitest'
import { decodeScenario, readScenario } from '../../load/scenario-file.ts'
import { findScenario } from '../../load/scenarios/catalogue.ts'

describe('a scenario', () => {
  it('is found by its name', () => expect(readScenario('imix')).toEqual({ ok: true, scenario: findScenario('imix') }))

  it('is data: what JSON keeps of it is it', () => {
    expect(decodeScenario(JSON.parse(JSON.stringify(findScenario('steady'))))).toMatchObject({ ok: true })
  })

  it.each([
    ['nosuch', /allowed are steady, imix/],
    ['/nosuch.json', /cannot read \/nosuch\.json/],
  ])('%s is refused with what is allowed', (name, complaint) => {
    expect(readScenario(name)).toEqual({ ok: false, complaints: [expect.stringMatching(complaint)] })
  })

  it('from a file is refused with every place that is wrong', () => {
    const result = decodeScenario({ ...findScenario('steady'), seed: -1, packets: 2e9 })
    expect(result.ok ? [] : result.complaints.join()).toMatch(/scenario\/seed.*scenario\/packets/)
  })
})
