import { one, type Panel } from '../panels/panel.ts'
import { figures } from '../panels/unit.ts'
import { chosen, chosenSensors, perSecond } from '../queries.ts'
import { recorded } from '../recording-rules.ts'
import type { Board } from './board.ts'
import { lossPanels, statusTimeline } from './shared-panels.ts'

const now: readonly Panel[] = [
  {
    title: 'Ready',
    description: 'Whether the load balancer should send traffic.',
    ...{ view: 'figure', figure: figures.yes, width: 4 },
    queries: one(chosen('ready')),
  },
  {
    title: 'Suricata up',
    description: 'Whether Suricata runs and has been ready.',
    ...{ view: 'figure', figure: figures.yes, width: 4 },
    queries: one(chosen('engineUp')),
  },
  {
    title: 'Suricata’s uptime',
    description: 'Since it started, by its own count. Its counters began then.',
    ...{ view: 'figure', figure: figures.seconds, width: 4 },
    queries: one(chosen('engineUptimeSeconds')),
  },
  {
    title: 'Replacements in a day',
    description: 'Times that the agent started another Suricata because the last one ended or hung.',
    ...{ view: 'figure', figure: figures.faults, width: 4 },
    queries: one(`increase(${chosen('engineRestarts')}[1d])`),
  },
  {
    title: 'Rules',
    description: 'Rules loaded. Without any beside the agent’s own there are logs but no detection.',
    ...{ view: 'figure', figure: figures.atLeastOne, width: 4 },
    queries: one(chosen('rulesLoaded')),
  },
  {
    title: 'Age of the rules',
    description: 'Since they were last loaded, at a start or by a reload.',
    ...{ view: 'figure', figure: figures.rulesAgeSeconds, width: 4 },
    queries: one(`time() - ${chosen('rulesLoadedTimestamp')}`),
  },
  { ...statusTimeline, width: 12, opens: 'capture' },
  {
    title: 'Findings',
    description: 'What the sensor finds wrong with itself; each has its heading in runbook.md.',
    ...{ view: 'timeline', figure: figures.finding, width: 12 },
    queries: one(`max by (reason) (${chosen('findings')})`, '{{reason}}'),
  },
]

const traffic: readonly Panel[] = [
  {
    title: 'Packets',
    description:
      'Received by the interface, captured by AF_PACKET, decoded by Suricata. Received has health checks as well.',
    ...{ view: 'lines', figure: figures.packetsPerSecond, width: 8 },
    queries: [
      { expr: perSecond(chosen('interfaceReceivedPackets')), legend: '{{sensor}} received' },
      { expr: perSecond(chosen('capturePackets')), legend: '{{sensor}} captured' },
      { expr: perSecond(chosen('decodedPackets')), legend: '{{sensor}} decoded' },
    ],
  },
  {
    title: 'Bytes',
    description: 'Received by the interface, and decoded. An instance’s bandwidth is in bits.',
    ...{ view: 'lines', figure: figures.bytesPerSecond, width: 8 },
    queries: [
      { expr: perSecond(chosen('interfaceReceivedBytes')), legend: '{{sensor}} received' },
      { expr: perSecond(chosen('decodedBytes')), legend: '{{sensor}} decoded' },
    ],
  },
  {
    title: 'Mirrored packets in the window',
    description: 'What the agent judges by. At 0 for five minutes the sensor reports no-traffic.',
    ...{ view: 'lines', figure: figures.count, width: 8 },
    queries: one(chosen('windowReceivedPackets')),
  },
]

const resources: readonly Panel[] = [
  {
    title: 'Busiest worker',
    description: 'CPU time over wall time. Click opens capture and threads.',
    ...{ view: 'lines', figure: figures.busyRatio, width: 8, opens: 'capture' },
    queries: one(chosen('workerBusyRatioMax')),
  },
  {
    title: 'Memory caps',
    description: 'Highest use of any of Suricata’s memory caps. Beyond it flows and streams are forgotten silently.',
    ...{ view: 'lines', figure: figures.memcapRatio, width: 8 },
    queries: one(chosen('memcapPressureRatio')),
  },
  {
    title: 'Refused for want of memory',
    description: 'Packets or flows that a memory cap made Suricata refuse.',
    ...{ view: 'lines', figure: figures.lostPerSecond, width: 8 },
    queries: one(perSecond(chosen('memcapDrops'))),
  },
  {
    title: 'Free disk',
    description: 'Free share of the file system that holds the logs. A full one stops every output at once.',
    ...{ view: 'lines', figure: figures.diskFreeRatio, width: 8 },
    queries: one(chosen('diskFreeRatio')),
  },
  {
    title: 'Free bytes',
    description: 'Free bytes of the same file system.',
    ...{ view: 'lines', figure: figures.bytes, width: 8 },
    queries: one(chosen('diskFreeBytes')),
  },
  {
    title: 'Time to a full disk',
    description: 'If it goes on filling as in the last hour. Empty while it does not fill.',
    ...{ view: 'bars', figure: figures.secondsLeft, width: 8 },
    queries: one(recorded('secondsToDiskFull', chosenSensors)),
  },
]

const engine: readonly Panel[] = [
  {
    title: 'Age of the counters',
    description: 'Since the counters that Suricata publishes last changed. Older figures describe another minute.',
    ...{ view: 'lines', figure: figures.ageSeconds, width: 8 },
    queries: one(chosen('countersAgeSeconds')),
  },
  {
    title: 'Age of eve.json',
    description: 'Since Suricata last wrote to it, which it does every second with its own figures.',
    ...{ view: 'lines', figure: figures.ageSeconds, width: 8 },
    queries: one(chosen('eveAgeSeconds')),
  },
  {
    title: 'Rules that did not load',
    description:
      'Rules that Suricata left out, and rule files that the agent refused: the last good set stays in force.',
    ...{ view: 'lines', figure: figures.faults, width: 8 },
    queries: [
      { expr: chosen('rulesFailed'), legend: '{{sensor}} rules left out' },
      { expr: chosen('rulesRejected'), legend: '{{sensor}} files refused' },
    ],
  },
]

export const sensorBoard: Board = {
  name: 'sensor',
  title: 'sensor detail',
  description: 'One sensor, or a few side by side: what it finds, where it loses, what it runs out of.',
  variables: [],
  sections: [
    { title: 'Now', panels: now },
    { title: 'Loss funnel', panels: lossPanels('lostPackets', chosenSensors) },
    { title: 'Traffic', panels: traffic },
    { title: 'What it can run out of', panels: resources },
    { title: 'Suricata', panels: engine },
  ],
}
