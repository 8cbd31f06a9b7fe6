import type { LoadReport } from '../../../load/report.ts'
import type { FleetCounters, SensorCounters } from './fleet-counters.ts'

/** One place on the way of a packet, over all sensors. */
export interface Station {
  readonly place: 'generator' | 'wire' | 'load-balancer' | 'sensor-link' | 'sensor' | 'af-packet' | 'decoder'
  /** Came to the place, those included that it dropped. */
  readonly packets: number
  readonly drops: number
  /** Of the drops: those for what is in the packet. The others are for want of room. */
  readonly turnedDown: number
}

/** The places in the order in which a packet passes them. */
export function toStations(report: LoadReport, { loadBalancer, sensors }: FleetCounters): Station[] {
  const { sent, refused, wire } = report
  const sum = (value: (sensor: SensorCounters) => number) => sensors.reduce((total, sensor) => total + value(sensor), 0)
  const station = (place: Station['place'], packets: number, full: number, turnedDown = 0): Station => ({
    ...{ place, packets, drops: full + turnedDown, turnedDown },
  })
  const [mirrored, deviceDrops, deviceErrors] = [
    sum((s) => s.mirrored),
    sum((s) => s.deviceDrops),
    sum((s) => s.deviceErrors),
  ]
  return [
    station('generator', sent.packets + refused.packets, refused.packets),
    // A veth drops when the backlog of the CPU at its other end is full, and counts that at this end (veth_xmit).
    ...(wire === null ? [] : [station('wire', wire.packets + wire.drops, wire.drops)]),
    // Counts on the way in and on the way out: what lies between, its connection table lost, or it had no target.
    station('load-balancer', loadBalancer.received, loadBalancer.received - loadBalancer.forwarded),
    station(
      'sensor-link',
      loadBalancer.forwarded,
      sum((s) => s.linkDrops),
    ),
    // Counted by the sensor's security group. A vxlan device comes after it and before AF_PACKET.
    station('sensor', mirrored, deviceDrops, deviceErrors),
    station(
      'af-packet',
      sum((s) => s.captured),
      sum((s) => s.captureDrops),
    ),
    station(
      'decoder',
      sum((s) => s.decoded),
      0,
      sum(toTurnedDown),
    ),
  ]
}

/**
 * What the engine does not take for a sound mirrored packet. It counts a packet once however many envelopes it has, but
 * each envelope: a tunnel in a tunnel can hide a packet without any. A vxlan device leaves no envelope to count.
 */
const toTurnedDown = ({ decoded, tunnels, invalid, hasDevices }: SensorCounters): number =>
  Math.max(invalid, hasDevices ? 0 : decoded - tunnels)
