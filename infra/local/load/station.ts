import type { LoadReport } from '../../../load/report.ts'
import type { FleetCounters, SensorCounters } from './fleet-counters.ts'

/** One place on the way of a packet, over all sensors. */
export interface Station {
  readonly place: 'generator' | 'wire' | 'load-balancer' | 'sensor-link' | 'sensor' | 'af-packet' | 'decoder'
  /** Came to the place, those included that it dropped. */
  readonly packets: number
  readonly drops: number
}

/** Places that drop a packet for what is in it, so that malformed ones end there. */
export const looksInside = ({ place }: Station): boolean => place === 'sensor' || place === 'decoder'

/** The places in the order in which a packet passes them. */
export function toStations(report: LoadReport, { loadBalancer, sensors }: FleetCounters): Station[] {
  const { sent, refused, wire } = report
  const sum = (value: (sensor: SensorCounters) => number) => sensors.reduce((total, sensor) => total + value(sensor), 0)
  const station = (place: Station['place'], packets: number, drops: number): Station => ({ place, packets, drops })
  return [
    station('generator', sent.packets + refused.packets, refused.packets),
    // A veth drops when the backlog of the CPU at its other end is full, and counts that at this end (veth_xmit).
    ...(wire === null ? [] : [station('wire', wire.packets + wire.drops, wire.drops)]),
    // Counts on the way in and on the way out: what lies between, its connection table lost, or it had no target.
    station('load-balancer', loadBalancer.received, loadBalancer.received - loadBalancer.forwarded),
    station(
      'sensor-link',
      loadBalancer.forwarded,
      sum(({ linkDrops }) => linkDrops),
    ),
    // Counted by the sensor's security group. A vxlan device comes after it and before AF_PACKET.
    station(
      'sensor',
      sum(({ mirrored }) => mirrored),
      sum(({ deviceDrops }) => deviceDrops),
    ),
    station(
      'af-packet',
      sum(({ captured }) => captured),
      sum(({ captureDrops }) => captureDrops),
    ),
    station(
      'decoder',
      sum(({ decoded }) => decoded),
      sum(toTurnedDown),
      true,
    ),
  ]
}

/**
 * What the engine does not take for a sound mirrored packet. It counts a packet once however many envelopes it has, but
 * each envelope: a tunnel in a tunnel can hide a packet without any here. A vxlan device leaves no envelope to count.
 */
const toTurnedDown = ({ decoded, tunnels, invalid, deviceCount }: SensorCounters): number =>
  Math.max(invalid, deviceCount > 0 ? 0 : decoded - tunnels)
