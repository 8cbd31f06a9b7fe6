import { labelValues } from '../../sensor-agent/metrics.ts'
import { one, type Panel } from '../panels/panel.ts'
import { figures } from '../panels/unit.ts'
import { chosen, chosenSensors, lossPlaces } from '../queries.ts'
import { recorded } from '../recording-rules.ts'

const bySensor = (selector: string): string => `max by (fleet, zone, sensor) (${selector})`

export const statusTimeline: Panel = {
  title: 'Status',
  description:
    'What each sensor says of itself. Degraded stays in service: sending its traffic elsewhere moves the pain.',
  ...{ view: 'timeline', figure: figures.status, width: 24 },
  queries: one(
    `${bySensor(chosen('status', { status: 'degraded' }))} + 2 * ${bySensor(chosen('status', { status: 'unhealthy' }))}`,
  ),
}

/** The funnel as bars in the order of a packet, and over time. */
export const lossPanels = (losses: 'lostPackets' | 'fleetLostPackets', scope: string): readonly Panel[] => [
  {
    title: 'Lost now, in the order of a packet',
    description:
      'Packets a second by place, five minutes. The first place that loses is where to start; stream-gap and wrong-thread show what was lost before.',
    ...{ view: 'bars', figure: figures.lostPerSecond, width: 8 },
    queries: labelValues.place.map((place) => ({ expr: `sum(${recorded(losses, scope, { place })})`, legend: place })),
  },
  {
    title: 'Lost packets by place',
    description: 'The places where packets are lost; a full backlog counts for softnet and for the device behind it.',
    ...{ view: 'stacked', figure: figures.lostPerSecond, width: 8 },
    queries: one(`sum by (place) (${recorded(losses, scope, { place: lossPlaces })})`, '{{place}}'),
  },
  {
    title: 'Capture loss by sensor',
    description: 'Drops over packets of AF_PACKET, five minutes; coloured by the agent’s limits.',
    ...{ view: 'lines', figure: figures.lossRatio, width: 8, opens: 'sensor' },
    queries: one(recorded('captureLoss', chosenSensors)),
  },
]
