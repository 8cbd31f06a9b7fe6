import { one, type Panel } from '../panels/panel.ts'
import { figures } from '../panels/unit.ts'
import { chosen, perSecond, sumBy } from '../queries.ts'
import type { Board } from './board.ts'

const work: readonly Panel[] = [
  {
    title: 'Versions',
    description:
      'Sensors of each version of agent, Suricata and Node.js. More than one of each: a roll-out is on its way.',
    ...{ view: 'bars', figure: figures.count, width: 12 },
    queries: one(
      sumBy(['version', 'suricata', 'node'], chosen('buildInfo')),
      'agent {{version}}, Suricata {{suricata}}, Node {{node}}',
    ),
  },
  {
    title: 'Take-overs in a day',
    description: 'Times that an agent took over a Suricata that was running: upgrades, or agents that were killed.',
    ...{ view: 'bars', figure: figures.count, width: 12 },
    queries: one(`increase(${chosen('engineAdoptions')}[1d])`),
  },
  {
    title: 'Time to take a sample',
    description: 'Reading and judging. Near the interval, samples are skipped.',
    ...{ view: 'lines', figure: figures.sampleSeconds, width: 8 },
    queries: one(chosen('sampleDurationSeconds')),
  },
  {
    title: 'Samples',
    description: 'Samples a second taken, and not taken because the one before took too long.',
    ...{ view: 'lines', figure: figures.eventsPerSecond, width: 8 },
    queries: [
      { expr: perSecond(chosen('samples')), legend: '{{sensor}} taken' },
      { expr: perSecond(chosen('samplesSkipped')), legend: '{{sensor}} skipped' },
    ],
  },
  {
    title: 'Age of the last sample',
    description: 'Grows when the agent stalls; then the finding is verdict-stale.',
    ...{ view: 'lines', figure: figures.ageSeconds, width: 8 },
    queries: one(chosen('sampleAgeSeconds')),
  },
]

const sources: readonly Panel[] = [
  {
    title: 'Age of the sources',
    description: 'Since each source last answered. packet-socket, ethtool and disk are asked every ten seconds.',
    ...{ view: 'lines', figure: figures.ageSeconds, width: 12 },
    queries: one(`max by (source) (${chosen('sourceAgeSeconds')})`, '{{source}}'),
  },
  {
    title: 'Failures of the sources',
    description: 'Samples a second in which a source failed. Its figures are absent then, never 0.',
    ...{ view: 'lines', figure: figures.faults, width: 12 },
    queries: one(sumBy(['sensor', 'source'], perSecond(chosen('sourceFailures'))), '{{sensor}} {{source}}'),
  },
]

const resources: readonly Panel[] = [
  {
    title: 'CPU',
    description: 'Share of a core that the agent takes; it is meant to stay below 1.5 %.',
    ...{ view: 'lines', figure: figures.coreRatio, width: 12 },
    queries: one(perSecond(chosen('agentCpuSeconds'))),
  },
  {
    title: 'Memory',
    description: 'Resident memory of the agent; it is meant to stay below 90 MiB.',
    ...{ view: 'lines', figure: figures.residentBytes, width: 12 },
    queries: one(chosen('agentResidentBytes')),
  },
]

export const agentBoard: Board = {
  name: 'agent',
  title: 'agent',
  description: 'The agent itself: whether its figures are fresh, and what it costs.',
  variables: [],
  sections: [
    { title: 'Work', panels: work },
    { title: 'Sources', panels: sources },
    { title: 'Cost', panels: resources },
  ],
}
