import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeAgentBundle } from '../../infra/agent-bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'mirror-fleet-bundle-'))
beforeAll(() => writeAgentBundle(join(folder, 'sensor-agent.mjs')), 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

const imported = (file: string, seen = new Set<string>()): Set<string> => {
  seen.add(file)
  const text = readFileSync(join(folder, file), 'utf8')
  // Static imports only: what `import()` names is not loaded with the agent.
  for (const [, name = ''] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.mjs)"/g))
    if (!seen.has(name)) imported(name, seen)
  return seen
}

describe('the agent’s bundle', () => {
  it('loads no AWS client with the agent, which costs 14 MiB: only a sensor in a group needs one', () => {
    const holders = readdirSync(folder).filter((file) =>
      readFileSync(join(folder, file), 'utf8').includes('CompleteLifecycleAction'),
    )
    expect(holders.length).toBeGreaterThan(0)
    expect(holders.filter((file) => imported('sensor-agent.mjs').has(file))).toEqual([])
  })
})
