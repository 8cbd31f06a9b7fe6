import type { EnaAllowances, InterfaceCounters, Reading, VxlanDeviceCounters } from './reading.ts'
import { known } from './window-total.ts'

/**
 * The places where this sensor counts lost packets, in the order in which a packet passes them. They are the values of
 * the label `place` of `sensor_lost_packets_total`, and of the funnel of `/status`.
 *
 * | place | counts | source |
 * |---|---|---|
 * | (mirror skip) | packets that met the filter and gave way to the source's own traffic | CloudWatch only: AWS/EC2 `NetworkPacketsSkipMirrorIn`, `…Out` of the source |
 * | (load balancer) | flows refused, or sent on while no target is healthy | CloudWatch only: `RejectedFlowCount`, `UnhealthyRoutingFlowCount`; endpoints: `PacketsDropped` |
 * | ena-allowance | incoming packets queued or dropped; ENA does not tell which | `ethtool -S`: bw_in, pps, conntrack `_allowance_exceeded` |
 * | interface | packets dropped, missed for want of buffers, or with errors | /sys/class/net/…/statistics rx_dropped, rx_missed_errors, rx_errors |
 * | softnet | packets that found the backlog of a CPU full: whole machine | /proc/net/softnet_stat, second column |
 * | vxlan-device | packets that a vxlan device refused or dropped | /proc/net/dev of the devices |
 * | af-packet | packets that found the ring of a worker full | `iface-stat` drop |
 * | decoder-invalid | packets that the engine could not decode | decoder.invalid |
 * | memcap | packets or flows refused for want of memory | tcp.ssn_memcap_drop, tcp.segment_memcap_drop, flow.memcap, http.memcap, ftp.memcap |
 * | stream | TCP segments that reassembly could not take | tcp.insert_*_fail |
 * | stream-gap | gaps in TCP streams, each of at least one packet | tcp.reassembly_gap |
 * | wrong-thread | packets of a flow that came to a thread not its own | tcp.pkt_on_wrong_thread |
 * | (EVE output) | events | none: Suricata 7 counts failed writes to a file for its closing message only; `sensor_eve_age_seconds` shows a standstill |
 * | (archive) | events | none: nothing uploads the logs yet |
 *
 * Each total is a counter as its source counts it, for a difference of two of them could go backwards and would then read
 * as a restart. So two places overlap: a packet that a full backlog refuses on its way from a veth or vxlan device
 * counts for the device as well (net/core/dev.c, enqueue_to_backlog). `stream-gap` and `wrong-thread` are the traces of a loss
 * or a disorder that began earlier, in front of the sensor too.
 */
export const funnelPlaces = [
  'ena-allowance',
  'interface',
  'softnet',
  'vxlan-device',
  'af-packet',
  'decoder-invalid',
  'memcap',
  'stream',
  'stream-gap',
  'wrong-thread',
] as const

/** One place with its totals since boot or since the engine started. */
export interface FunnelPlace {
  readonly place: (typeof funnelPlaces)[number]
  /** Those that came to the place, drops included; null where the place does not count them, or its source failed. */
  readonly packets: number | null
  readonly drops: number | null
}

/** The places in the order in which a packet passes them; without a vxlan device that place is left out. */
export function toFunnel(reading: Reading): readonly FunnelPlace[] {
  const ena = known(reading.ethtool)
  const line = known(reading.interface)
  const softnet = known(reading.softnet)
  const devices = known(reading['vxlan-device'])
  const live = known(reading['iface-stat'])
  const engine = known(reading['dump-counters'])
  return [
    { place: 'ena-allowance', packets: null, drops: ena?.supported ? allowanceDrops(ena) : null },
    { place: 'interface', packets: line?.receivedPackets ?? null, drops: line ? interfaceDrops(line) : null },
    { place: 'softnet', packets: softnet?.processed ?? null, drops: softnet?.drops ?? null },
    ...(devices?.devices === 0 ? [] : [toDevicePlace(devices)]),
    // Not `dump-counters` in its stead, which lags by seconds: the total would step back, and so read as a restart.
    { place: 'af-packet', packets: live?.packets ?? null, drops: live?.drops ?? null },
    { place: 'decoder-invalid', packets: engine?.decodedPackets ?? null, drops: engine?.invalidPackets ?? null },
    { place: 'memcap', packets: null, drops: engine?.memcapDrops ?? null },
    { place: 'stream', packets: null, drops: engine?.refusedSegments ?? null },
    { place: 'stream-gap', packets: null, drops: engine?.reassemblyGaps ?? null },
    { place: 'wrong-thread', packets: null, drops: engine?.wrongThreadPackets ?? null },
  ]
}

/** Those that take incoming packets away; outgoing bandwidth and link-local (DNS, metadata, NTP) are the node's own. */
const allowanceDrops = (ena: EnaAllowances): number =>
  ena.bandwidthInExceeded + ena.packetsPerSecondExceeded + ena.conntrackExceeded

const interfaceDrops = ({ drops, missed, errors }: InterfaceCounters): number => drops + missed + errors

/** Packets with a VNI that has a device; the others pass it by. */
const toDevicePlace = (devices: VxlanDeviceCounters | null): FunnelPlace => ({
  place: 'vxlan-device',
  packets: devices ? devices.receivedPackets + devices.errors : null,
  drops: devices ? devices.drops + devices.errors : null,
})
