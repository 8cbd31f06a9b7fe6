import type { LoadReport } from '../../load/report.ts'
import { toTruth } from '../../load/truth.ts'

/** The report of a run that sent nothing, apart from what is given. */
export const toLoadReport = (given: Partial<LoadReport>): LoadReport => ({
  scenario: 'steady',
  seed: 1,
  sink: 'interface mirror0',
  encapsulation: 'vxlan',
  workers: 1,
  asked: { unit: 'packets', perSecond: 1000, packets: 1000, seconds: 1 },
  achieved: { packetsPerSecond: 1000, bitsPerSecond: 1e6, flowsPerSecond: 0 },
  sent: { packets: 0, bytes: 0 },
  means: ['af-xdp'],
  wire: null,
  refused: { packets: 0, reason: null },
  seconds: 1,
  stoppedBy: 'packets',
  failure: null,
  truth: toTruth([]),
  ...given,
})
