import { isFigure } from './figure.ts'

/**
 * Share of packets that AF_PACKET lost, 0..1: drops / packets, because the kernel's `tp_packets` already includes the
 * drops (`tp_packets += drops` in net/packet/af_packet.c, packet_getsockopt, for every ring version). Suricata adds both
 * up as it gets them (`capture.kernel_packets`, `capture.kernel_drops`). Dividing by packets + drops, as is common,
 * shows a loss of 33 % as 25 %.
 *
 * Nothing captured and nothing dropped is no loss. More drops than packets cannot come from the kernel; it comes from
 * reading Suricata's two counters between their two updates. The drops did happen, so it counts as everything lost: 1.
 * A number that can be no count gives NaN.
 */
export function lossRatio(packets: number, drops: number): number {
  if (!isFigure(packets) || !isFigure(drops)) return Number.NaN
  return drops === 0 ? 0 : Math.min(1, drops / packets)
}
