import type { EnaAllowances, InterfaceCounters, Reading, SoftnetCounters, VxlanDeviceCounters } from './reading.ts'
import { known } from './window-total.ts'

/**
 * One place where packets can be lost, with its totals since boot or since the engine started. `packets` are those that
 * came to the place, drops included; null where the place does not count them, or its source failed.
 */
export interface FunnelPlace {
  readonly place:
    | 'ena-allowance'
    | 'interface'
    | 'softnet'
    | 'vxlan-device'
    | 'af-packet'
    | 'decoder-invalid'
    | 'memcap'
  readonly packets: number | null
  readonly drops: number | null
}

/** The places in the order in which a packet passes them. */
export function toFunnel(reading: Reading): readonly FunnelPlace[] {
  const ena = known(reading.ethtool)
  const line = known(reading.interface)
  const softnet = known(reading.softnet)
  const devices = known(reading['vxlan-device'])
  const live = known(reading['iface-stat'])
  const engine = known(reading['dump-counters'])
  return [
    // Queued or dropped: ENA does not tell which.
    { place: 'ena-allowance', packets: null, drops: ena?.supported ? allowanceDrops(ena) : null },
    { place: 'interface', packets: line?.receivedPackets ?? null, drops: line ? interfaceDrops(line) : null },
    // Of the whole machine, all interfaces and namespaces.
    { place: 'softnet', packets: softnet?.processed ?? null, drops: softnet ? backlogDrops(softnet, devices) : null },
    ...(devices?.devices === 0 ? [] : [toDevicePlace(devices)]),
    {
      place: 'af-packet',
      packets: live?.packets ?? engine?.capturePackets ?? null,
      drops: live?.drops ?? engine?.captureDrops ?? null,
    },
    { place: 'decoder-invalid', packets: engine?.decodedPackets ?? null, drops: engine?.invalidPackets ?? null },
    { place: 'memcap', packets: null, drops: engine?.memcapDrops ?? null },
  ]
}

/** Those that take incoming packets away; outgoing bandwidth and link-local (DNS, metadata, NTP) are the node's own. */
const allowanceDrops = (ena: EnaAllowances): number =>
  ena.bandwidthInExceeded + ena.packetsPerSecondExceeded + ena.conntrackExceeded

const interfaceDrops = ({ drops, missed, errors }: InterfaceCounters): number => drops + missed + errors

/** A packet that found the backlog full on its way from a vxlan device counts there, not twice (net/core/dev.c, enqueue_to_backlog). */
const backlogDrops = (softnet: SoftnetCounters, devices: VxlanDeviceCounters | null): number =>
  Math.max(0, softnet.drops - (devices?.drops ?? 0))

/** Packets with a VNI that has a device; the others pass it by. */
const toDevicePlace = (devices: VxlanDeviceCounters | null): FunnelPlace => ({
  place: 'vxlan-device',
  packets: devices ? devices.receivedPackets + devices.errors : null,
  drops: devices ? devices.drops + devices.errors : null,
})
