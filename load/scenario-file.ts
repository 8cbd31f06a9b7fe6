import { readFileSync } from 'node:fs'
import { Value } from 'typebox/value'
import { Scenario } from './scenario.ts'
import { findScenario, scenarios } from './scenarios/catalogue.ts'

export type FoundScenario =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly complaints: readonly string[] }

/** A scenario by its name, or from a JSON file (a name that ends in .json). */
export function readScenario(nameOrFile: string): FoundScenario {
  if (nameOrFile.endsWith('.json')) return readScenarioFile(nameOrFile)
  const scenario = findScenario(nameOrFile)
  if (scenario !== undefined) return { ok: true, scenario }
  const names = scenarios.map(({ name }) => name).join(', ')
  return {
    ok: false,
    complaints: [`--scenario: got "${nameOrFile}", allowed are ${names}, or a file that ends in .json`],
  }
}

function readScenarioFile(path: string): FoundScenario {
  try {
    return decodeScenario(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { ok: false, complaints: [`--scenario: cannot read ${path} as JSON: ${reason}`] }
  }
}

export function decodeScenario(value: unknown): FoundScenario {
  if (Value.Check(Scenario, value)) return { ok: true, scenario: value }
  const complaints = Value.Errors(Scenario, value).map(
    ({ instancePath, message }) => `scenario${instancePath}: ${message}`,
  )
  return { ok: false, complaints: [...new Set(complaints)] }
}
