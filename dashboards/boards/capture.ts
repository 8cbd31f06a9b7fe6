import { one, type Panel } from '../panels/panel.ts'
import { type Figure, figures } from '../panels/unit.ts'
import { chosen, perSecond, selectorsIn, sumBy } from '../queries.ts'
import type { Board } from './board.ts'
import { chosenThreads, threadVariable } from './variables.ts'

type Spread = 'workerBusyRatio' | 'workerPacketsPerSecond' | 'workerDropsPerSecond'

const spread = (title: string, description: string, key: Spread, figure: Figure): Panel => ({
  title,
  description: `${description} Far apart: a few flows, or outer tuples, carry the load.`,
  ...{ view: 'lines', figure, width: 8 },
  queries: (['Max', 'Mean', 'Min'] as const).map((of) => ({
    expr: chosen(`${key}${of}`),
    legend: `{{sensor}} ${of.toLowerCase()}`,
  })),
})

const workers: readonly Panel[] = [
  spread('Busy', 'CPU time over wall time of the capture workers.', 'workerBusyRatio', figures.busyRatio),
  spread('Packets', 'Packets a second of the workers.', 'workerPacketsPerSecond', figures.packetsPerSecond),
  spread('Drops', 'Drops a second of the workers.', 'workerDropsPerSecond', figures.lostPerSecond),
  {
    title: 'Imbalance',
    description:
      '0: all workers have as many packets; 1: one has them all. Without decapsulation in the kernel a source keeps few workers busy.',
    ...{ view: 'lines', figure: figures.unevenRatio, width: 8 },
    queries: one(chosen('workerImbalanceRatio')),
  },
  {
    title: 'Workers',
    description: 'Capture workers of Suricata.',
    ...{ view: 'figure', figure: figures.atLeastOne, width: 8, height: 8 },
    queries: one(chosen('workers')),
  },
  {
    title: 'Loss ratio in the agent’s window',
    description: 'What the agent judges: drops over packets of AF_PACKET in its window.',
    ...{ view: 'lines', figure: figures.lossRatio, width: 8 },
    queries: one(chosen('captureLossRatio')),
  },
]

const ofThreads = selectorsIn(chosenThreads)
const optIn = 'Only with SENSOR_METRICS_PER_THREAD.'
const threads: readonly Panel[] = [
  {
    title: 'Packets by thread',
    description: `Packets that each thread’s ring saw, drops included. ${optIn}`,
    ...{ view: 'lines', figure: figures.packetsPerSecond, width: 12 },
    queries: one(perSecond(ofThreads('threadCapturePackets')), '{{sensor}} {{thread}}'),
  },
  {
    title: 'Drops by thread',
    description: `Packets that found the thread’s ring full. One thread alone: a large flow is on it. ${optIn}`,
    ...{ view: 'lines', figure: figures.lostPerSecond, width: 12 },
    queries: one(perSecond(ofThreads('threadCaptureDrops')), '{{sensor}} {{thread}}'),
  },
  {
    title: 'Busy by thread',
    description: `CPU seconds a second of each thread. ${optIn}`,
    ...{ view: 'lines', figure: figures.busyRatio, width: 12 },
    queries: one(perSecond(ofThreads('threadCpuSeconds')), '{{sensor}} {{thread}}'),
  },
  {
    title: 'Decoded by thread',
    description: `Packets that each thread decoded. Captured and not decoded for long: it hangs. ${optIn}`,
    ...{ view: 'lines', figure: figures.packetsPerSecond, width: 12 },
    queries: one(perSecond(ofThreads('threadDecodedPackets')), '{{sensor}} {{thread}}'),
  },
]

const interfaces: readonly Panel[] = [
  {
    title: 'Capture interface',
    description: 'Dropped by the kernel, missed for want of receive buffers, received with errors.',
    ...{ view: 'lines', figure: figures.lostPerSecond, width: 12 },
    queries: [
      { expr: perSecond(chosen('interfaceDrops')), legend: '{{sensor}} dropped' },
      { expr: perSecond(chosen('interfaceMissed')), legend: '{{sensor}} missed' },
      { expr: perSecond(chosen('interfaceErrors')), legend: '{{sensor}} errors' },
    ],
  },
  {
    title: 'Softnet',
    description:
      'Packets that found a CPU’s backlog full, and times that a CPU’s receive budget ran out; of the whole machine.',
    ...{ view: 'lines', figure: figures.lostPerSecond, width: 12 },
    queries: [
      { expr: perSecond(chosen('softnetDrops')), legend: '{{sensor}} dropped' },
      { expr: perSecond(chosen('softnetSqueezed')), legend: '{{sensor}} squeezed' },
    ],
  },
  {
    title: 'ENA allowances',
    description: 'Packets queued or dropped because the instance exceeded what its size allows. Only on AWS.',
    ...{ view: 'lines', figure: figures.lostPerSecond, width: 8 },
    queries: one(perSecond(chosen('enaAllowanceExceeded')), '{{sensor}} {{allowance}}'),
  },
  {
    title: 'Vxlan devices',
    description:
      'Packets that the kernel decapsulated, and those that a device dropped or refused. With SENSOR_DECAPSULATION=kernel.',
    ...{ view: 'lines', figure: figures.packetsPerSecond, width: 8 },
    queries: [
      { expr: perSecond(chosen('vxlanDeviceReceivedPackets')), legend: '{{sensor}} decapsulated' },
      { expr: perSecond(chosen('vxlanDeviceDrops')), legend: '{{sensor}} dropped' },
      { expr: perSecond(chosen('vxlanDeviceErrors')), legend: '{{sensor}} refused' },
    ],
  },
  {
    title: 'AF_PACKET',
    description:
      'Packets dropped because a ring was full, with a wrong checksum, and drops of other packet sockets on the interface.',
    ...{ view: 'lines', figure: figures.lostPerSecond, width: 8 },
    queries: [
      { expr: perSecond(chosen('captureDrops')), legend: '{{sensor}} dropped' },
      { expr: perSecond(chosen('captureInvalidChecksums')), legend: '{{sensor}} wrong checksum' },
      { expr: perSecond(chosen('packetSocketDrops')), legend: '{{sensor}} other sockets' },
    ],
  },
  {
    title: 'Envelopes',
    description:
      'Envelopes that Suricata opened, by kind. None with packets coming in: another encapsulation, or another port.',
    ...{ view: 'lines', figure: figures.packetsPerSecond, width: 24 },
    queries: [
      { expr: sumBy(['sensor'], perSecond(chosen('vxlanPackets'))), legend: '{{sensor}} VXLAN' },
      { expr: sumBy(['sensor'], perSecond(chosen('genevePackets'))), legend: '{{sensor}} GENEVE' },
    ],
  },
]

export const captureBoard: Board = {
  name: 'capture',
  title: 'capture and threads',
  description: 'Where on its way from the interface to a worker a packet is lost. Choose one sensor above.',
  variables: [threadVariable],
  sections: [
    { title: 'Spread over the workers', panels: workers },
    { title: 'Threads', panels: threads },
    { title: 'From the interface to the ring', panels: interfaces },
  ],
}
