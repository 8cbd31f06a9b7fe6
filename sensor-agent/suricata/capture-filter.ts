const vxlan = 'udp dst port 4789'
/** GENEVE, and the later fragments of an envelope, which carry no port. */
const rest = 'udp dst port 6081 or (ip proto 17 and ip[6:2] & 0x1fff != 0) or ip6 proto 44'

/**
 * What the engine captures on the interface itself: VXLAN (4789) and GENEVE (6081), and the later fragments of such a
 * packet. The kernel joins IPv4 fragments before the filter when more than one thread captures; with one thread, and for
 * IPv6, the engine joins them. So the node's own health checks and SSH are neither analysed nor counted: captured =
 * mirrored.
 *
 * With `vnis` their devices capture, and here only what no device gets: other VNIs, IPv6 envelopes (the devices' socket
 * is of IPv4), and packets that the kernel throws away on the way because their lengths do not fit together. The filter
 * asks what the kernel asks (drivers/net/vxlan/vxlan_core.c, vxlan_rcv: the I flag, then the VNI), so that each packet is
 * captured once. A later fragment does not show its VNI: capture with two threads, then there are none.
 */
export const toCaptureFilter = (vnis: readonly number[]): string =>
  vnis.length === 0
    ? `${vxlan} or ${rest}`
    : `(${vxlan} and (ip6 or ${misfits.join(' or ')} or not (${toClaimed(vnis)}))) or ${rest}`

const headerBytes = '((ip[0] & 0xf) << 2)'
/** UDP, VXLAN and the inner Ethernet header: what is shorter has no inner packet. A load past the end fails the filter. */
const shortestBytes = 8 + 8 + 14
const misfits = [
  `udp[4:2] < ${shortestBytes}`,
  `len < ${14 + shortestBytes} + ${headerBytes}`,
  `udp[4:2] > ip[2:2] - ${headerBytes}`,
  'ip[2:2] > len - 14',
]

/** Offsets from the UDP header: 8 is the flags' byte, 12 the VNI with a reserved byte after it. */
const toClaimed = (vnis: readonly number[]): string =>
  `udp[8] & 8 != 0 and (${vnis.map((vni) => `udp[12:4] & 0xffffff00 = 0x${(vni * 256).toString(16)}`).join(' or ')})`
