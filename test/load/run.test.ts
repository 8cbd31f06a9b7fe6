import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { startRun } from '../../load/run.ts'
import type { RunPlan } from '../../load/run-plan.ts'
import { findScenario } from '../../load/scenarios/catalogue.ts'

const folder = mkdtempSync(join(tmpdir(), 'mft-run-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a run', () => {
  it('sends nothing when a worker is not ready in time', async () => {
    const scenario = findScenario('steady')
    if (scenario === undefined) throw new Error('no scenario')
    const sink = { kind: 'pcap', path: join(folder, 'out.pcap') } as const
    const plan: RunPlan = { scenario, sink, encapsulation: 'none', envelopes: [], replay: null, workers: 1, batch: 64 }
    await expect(startRun(plan, 0).results).rejects.toThrow('0 of 1 workers were ready within 0 s')
  })
})
