import { defaultLimits } from '../../healthcheck/limits.ts'
import { one, type Panel } from '../panels/panel.ts'
import { figures } from '../panels/unit.ts'
import { chosen, chosenFleets, chosenSensors, perSecond, scraped, sumBy } from '../queries.ts'
import { recorded } from '../recording-rules.ts'
import { type Board, firing } from './board.ts'
import { lossPanels, statusTimeline } from './shared-panels.ts'
import { textVariable } from './variables.ts'

const health: readonly Panel[] = [
  {
    title: 'Sensors',
    description: 'Sensors that Prometheus knows, whether they answer or not.',
    ...{ view: 'figure', figure: figures.atLeastOne, width: 4 },
    queries: one(recorded('fleetSensors', chosenFleets), '{{fleet}}'),
  },
  {
    title: 'Ready',
    description: 'Sensors that the load balancer should send to. At 0 it sends to all of them regardless of health.',
    ...{ view: 'figure', figure: figures.atLeastOne, width: 4 },
    queries: one(recorded('fleetReady', chosenFleets), '{{fleet}}'),
  },
  {
    title: 'Not answering',
    description: 'Sensors whose agent does not answer; nothing else is known of them.',
    ...{ view: 'figure', figure: figures.faults, width: 4 },
    queries: one(sumBy(['fleet'], `1 - ${scraped(chosenSensors)}`), '{{fleet}}'),
  },
  {
    title: 'Critical alerts',
    description: 'Alerts that fire now because traffic goes uninspected. runbook.md says what to do.',
    ...{ view: 'figure', figure: figures.faults, width: 4 },
    queries: one(`sum(${firing('critical')}) or vector(0)`, 'firing'),
  },
  {
    title: 'Capture loss',
    description: 'Share of packets that found a ring full, over five minutes; coloured by the agent’s limits.',
    ...{ view: 'figure', figure: figures.lossRatio, width: 4 },
    queries: one(recorded('fleetCaptureLoss', chosenFleets), '{{fleet}}'),
  },
  {
    title: 'Received',
    description: 'Packets a second at the interfaces, over five minutes.',
    ...{ view: 'figure', figure: figures.packetsPerSecond, width: 4 },
    queries: one(recorded('fleetReceivedPackets', chosenFleets), '{{fleet}}'),
  },
  { ...statusTimeline, width: 12, opens: 'sensor' },
  {
    title: 'Findings',
    description: 'Sensors with each finding. Many with the same one share a cause: rules, a filter, the load balancer.',
    ...{ view: 'lines', figure: figures.count, width: 12 },
    queries: one(sumBy(['reason'], chosen('findings')), '{{reason}}'),
  },
]

const rate = perSecond(chosen('capturePackets'))
const balance: readonly Panel[] = [
  {
    title: 'Captured packets by sensor',
    description: 'The load balancer spreads by outer flow: one large flow stays on one sensor. Click opens the sensor.',
    ...{ view: 'lines', figure: figures.packetsPerSecond, width: 12, opens: 'sensor' },
    queries: one(rate),
  },
  {
    title: 'Busiest sensor over the mean',
    description:
      'Packets of the busiest sensor over the mean, five minutes: 1 is even. High, and more sensors do not help.',
    ...{ view: 'lines', figure: figures.timesTheMean, width: 6 },
    queries: one(recorded('fleetImbalance', chosenFleets), '{{fleet}}'),
  },
  {
    title: 'Captured packets by zone',
    description: 'Without cross-zone balancing a zone’s sources load only that zone’s sensors.',
    ...{ view: 'stacked', figure: figures.packetsPerSecond, width: 6 },
    queries: one(sumBy(['fleet', 'zone'], rate), '{{zone}}'),
  },
]

const busy = chosen('workerBusyRatioMax')
const headroom: readonly Panel[] = [
  {
    title: 'Sensors to spare',
    description: `Sensors that could go before the busiest workers of the others pass ${defaultLimits.workerBusyRatio * 100} %, if load spreads evenly.`,
    ...{ view: 'figure', figure: figures.spareSensors, width: 4, height: 8 },
    queries: one(
      `floor(count by (fleet) (${busy}) - ${sumBy(['fleet'], busy)} / ${defaultLimits.workerBusyRatio})`,
      '{{fleet}}',
    ),
  },
  {
    title: 'Busiest worker by sensor',
    description: 'CPU time over wall time of the busiest capture worker. The last tenth is what absorbs a burst.',
    ...{ view: 'lines', figure: figures.busyRatio, width: 8, opens: 'sensor' },
    queries: one(busy),
  },
  {
    title: 'Rate at which a worker is full',
    description:
      'Packets a second over the busy ratio of the busiest worker: what a sensor might take of this traffic.',
    ...{ view: 'lines', figure: figures.packetsPerSecond, width: 6 },
    queries: one(`${rate} / (${busy} > 0)`),
  },
  {
    title: 'Time to full',
    description: 'If the busiest worker’s load goes on rising as in the last half hour. Empty while it does not rise.',
    ...{ view: 'bars', figure: figures.secondsLeft, width: 6, opens: 'sensor' },
    queries: one(recorded('secondsToFull', chosenSensors)),
  },
]

const dollars = `count by (fleet) (${scraped(chosenSensors)}) * $dollars_per_hour`
const terabytesAnHour = `${sumBy(['fleet'], perSecond(chosen('interfaceReceivedBytes')))} * 3600 / 1e12`
const cost: readonly Panel[] = [
  {
    title: 'Sensors, an hour',
    description:
      'Sensors times the price at the top. Mirror sessions, load balancer and storage come on top: npm run plan.',
    ...{ view: 'figure', figure: figures.dollars, width: 6, height: 8 },
    queries: one(dollars, '{{fleet}}'),
  },
  {
    title: 'Sensors, a mirrored terabyte',
    description: 'What the sensors cost for each terabyte that they received: falls as they are used better.',
    ...{ view: 'lines', figure: figures.dollars, width: 18 },
    queries: one(`${dollars} / (${terabytesAnHour} > 0)`, '{{fleet}}'),
  },
]

export const fleetBoard: Board = {
  name: 'fleet',
  title: 'fleet overview',
  description: 'Is everything inspected, where are packets lost, how much more can it take.',
  variables: [textVariable('dollars_per_hour', '$ an hour and sensor', '0.4536')],
  sections: [
    { title: 'Health', panels: health },
    { title: 'Loss funnel', panels: lossPanels('fleetLostPackets', chosenFleets) },
    { title: 'Balance', panels: balance },
    { title: 'Capacity headroom', panels: headroom },
    { title: 'Cost hint', panels: cost },
  ],
}
