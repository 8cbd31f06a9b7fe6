import { one, type Panel } from '../panels/panel.ts'
import { figures } from '../panels/unit.ts'
import { chosen, perSecond, sumBy } from '../queries.ts'
import type { Board } from './board.ts'

const volumes: readonly Panel[] = [
  {
    title: 'Transactions in the time shown',
    description: 'Requests, handshakes and look-ups that Suricata parsed and logged, by protocol.',
    ...{ view: 'figure', figure: figures.count, width: 12 },
    queries: one(sumBy(['protocol'], `increase(${chosen('transactions')}[$__range])`), '{{protocol}}'),
  },
  {
    title: 'Alerts in the time shown',
    description: 'Alerts that the rules raised.',
    ...{ view: 'figure', figure: figures.count, width: 12 },
    queries: one(sumBy(['fleet'], `increase(${chosen('alerts')}[$__range])`), '{{fleet}}'),
  },
  {
    title: 'Transactions by protocol',
    description:
      'A protocol that falls to nothing while packets go on has changed its port, its encryption or its route.',
    ...{ view: 'stacked', figure: figures.eventsPerSecond, width: 12 },
    queries: one(sumBy(['protocol'], perSecond(chosen('transactions'))), '{{protocol}}'),
  },
  {
    title: 'Transactions by sensor',
    description: 'A sensor with packets and no transactions sees one direction only, or nothing but encrypted traffic.',
    ...{ view: 'lines', figure: figures.eventsPerSecond, width: 12, opens: 'sensor' },
    queries: one(sumBy(['fleet', 'zone', 'sensor'], perSecond(chosen('transactions')))),
  },
  {
    title: 'Alerts by sensor',
    description: 'Alerts that the rules raised. “VXLAN traffic detected” alone makes one a minute and source.',
    ...{ view: 'lines', figure: figures.eventsPerSecond, width: 8, opens: 'sensor' },
    queries: one(perSecond(chosen('alerts'))),
  },
  {
    title: 'New flows',
    description: 'Flows that Suricata tracked.',
    ...{ view: 'lines', figure: figures.eventsPerSecond, width: 8, opens: 'sensor' },
    queries: one(perSecond(chosen('flows'))),
  },
  {
    title: 'Written to eve.json',
    description: 'What has to be shipped and stored.',
    ...{ view: 'lines', figure: figures.bytesPerSecond, width: 8, opens: 'sensor' },
    queries: one(perSecond(chosen('eveBytes'))),
  },
]

const trust: readonly Panel[] = [
  {
    title: 'Gaps in TCP streams',
    description: 'Each hides what was said in at least one packet. With no loss on the sensor, it was lost before.',
    ...{ view: 'lines', figure: figures.lostPerSecond, width: 12, opens: 'sensor' },
    queries: one(perSecond(chosen('reassemblyGaps'))),
  },
  {
    title: 'Packets that could not be decoded',
    description: 'Truncated by the session’s packet length, or malformed on purpose to get past.',
    ...{ view: 'lines', figure: figures.lostPerSecond, width: 12, opens: 'sensor' },
    queries: one(perSecond(chosen('invalidPackets'))),
  },
]

export const auditBoard: Board = {
  name: 'audit',
  title: 'L7 audit volumes',
  description: 'How much evidence the fleet writes, of what, and how far it can be trusted to be complete.',
  variables: [],
  sections: [
    { title: 'Volumes', panels: volumes },
    { title: 'Completeness', panels: trust },
  ],
}
