import { describe, expect, it } from 'vitest'
import type { Reconciliation } from '../../../../infra/local/load/reconciliation.ts'
import { toWaterfall } from '../../../../infra/local/load/waterfall.ts'
import { toLoadReport } from '../../../support/load-report.ts'

const { asked, achieved, wire } = toLoadReport({})
const reconciliation: Reconciliation = {
  ...{ scenario: 'imix', seed: 3, asked, achieved, wire },
  stations: [
    { place: 'generator', packets: 12345, drops: 0, turnedDown: 0 },
    { place: 'af-packet', packets: 12345, drops: 45, turnedDown: 0 },
    { place: 'decoder', packets: 12300, drops: 7, turnedDown: 7 },
  ],
  transactions: {
    http: { sent: 5, logged: 4 },
    tls: { sent: 0, logged: 0 },
    dns: { sent: 0, logged: 0 },
    alert: { sent: 0, logged: 0 },
  },
  flows: { sent: 9, tracked: 10 },
  malformedPackets: 7,
  unaccounted: 0,
  ok: true,
  failures: [],
}

describe('toWaterfall', () => {
  it('shows a line for each place with what came and what was lost, and each kind of event', () => {
    const text = toWaterfall(reconciliation)
    expect(text).toMatch(/^generator +12,345 +0 /m)
    expect(text).toMatch(/^af-packet +12,345 +45 /m)
    expect(text).toMatch(/^decoder +12,300 +7 .*turned down for what is in them: 7$/m)
    expect(text).toMatch(/^http +5 +4$/m)
    expect(text).toMatch(/^ok: 45 packets were lost, each at a named place$/m)
  })

  it('says why it is not ok', () => {
    const text = toWaterfall({ ...reconciliation, ok: false, failures: ['one', 'two'] })
    expect(text).toMatch(/not ok: one\nnot ok: two$/)
    expect(text).not.toMatch(/^ok/m)
  })
})
