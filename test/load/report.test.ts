import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { decodeReport, isComplete, LoadReport, toReport } from '../../load/report.ts'
import { toReportTable } from '../../load/report-table.ts'
import type { RunPlan } from '../../load/run-plan.ts'
import type { WorkerResult } from '../../load/run-worker.ts'
import { findScenario } from '../../load/scenarios/catalogue.ts'
import { noCounts } from '../../load/truth.ts'

function plan(): RunPlan {
  const scenario = findScenario('steady')
  if (scenario === undefined) throw new Error('no scenario')
  const sink = { kind: 'interface', name: 'mirror0' } as const
  return { scenario, sink, encapsulation: 'vxlan', envelopes: [], replay: null, workers: 2, batch: 64 }
}

function worker(startedAt: number, endedAt: number, changes: Partial<WorkerResult['loop']> = {}): WorkerResult {
  const loop = { packets: 1000, bytes: 100_000, refused: 0, refusedFor: null, failure: null, startedAt, endedAt }
  const counts = { ...noCounts(), packets: 1000, outerBytes: 100_000, flows: 10 }
  const source = { source: '198.18.64.1', virtualNetworkId: 1, malformedPackets: 0, unfinishedFlows: 0, counts }
  return { loop: { ...loop, stoppedBy: 'packets', ...changes }, means: 'af-xdp', sources: [source] }
}
const before = { packets: 5, bytes: 500, drops: 1 }
const after = { packets: 2005, bytes: 200_500, drops: 3 }

describe('the report', () => {
  it('runs from the first worker’s first packet to the last one’s last, and counts both', () => {
    const report = toReport(plan(), [worker(100, 1000), worker(200, 1100)], { interface: 'mirror0', before, after })
    expect(report).toMatchObject({ seconds: 1, achieved: { packetsPerSecond: 2000, bitsPerSecond: 1_600_000 } })
    expect(report.wire).toEqual({ interface: 'mirror0', packets: 2000, bytes: 200_000, drops: 2 })
    expect(report.truth.packets).toBe(2000)
    expect(isComplete(report)).toBe(true)
  })

  it('names each means once by which workers sent', () => {
    const means = (...each: WorkerResult['means'][]) =>
      toReport(
        plan(),
        each.map((one) => ({ ...worker(0, 1), means: one })),
        null,
      ).means
    expect(means('af-xdp', 'af-xdp')).toEqual(['af-xdp'])
    expect(means('af-packet', 'af-xdp')).toEqual(['af-xdp', 'af-packet'])
  })

  it('is read back from what is printed, and from nothing else', () => {
    const report = toReport(plan(), [worker(0, 1)], null)
    expect(Value.Errors(LoadReport, report)).toEqual([])
    expect(decodeReport(`${JSON.stringify(report)}\n`)).toEqual(report)
    expect([decodeReport(''), decodeReport('{}')]).toEqual([null, null])
  })

  it('tells the gravest end of any worker, and is then not complete', () => {
    const failed = worker(0, 1, { stoppedBy: 'failure', failure: 'gone', refused: 2, refusedFor: 'ENETDOWN' })
    const report = toReport(plan(), [failed, worker(0, 1, { stoppedBy: 'seconds' })], null)
    expect(report).toMatchObject({ stoppedBy: 'failure', failure: 'gone', refused: { packets: 2, reason: 'ENETDOWN' } })
    expect(isComplete(report)).toBe(false)
  })

  it('says to a person what was asked, achieved and on the wire', () => {
    const table = toReportTable(toReport(plan(), [worker(0, 1000)], { interface: 'mirror0', before, after }))
    expect(table).toMatch(/1,000 packets\/s.*asked: 20,000 packets\/s, -95\.00 %/)
    expect(table).toMatch(/wire +2,000 packets, 2 drops on mirror0/)
  })
})
