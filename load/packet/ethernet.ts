/*
 * Ethernet II (IEEE 802.3 §3.2; the type field: RFC 894), with 802.1Q tags skipped on the way in
 *
 *   +-------------------+-------------------+-----------+ - - - - - - - - - +-----------+
 *   |  destination (6)  |    source (6)     | 0x8100 (2)|  tag control (2)  |  type (2) |
 *   +-------------------+-------------------+-----------+ - - - - - - - - - +-----------+
 *                                           '--- only when tagged, twice at most ---'
 */

export const ETHERNET_BYTES = 14

export const etherTypes = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd, vlan: 0x8100, serviceVlan: 0x88a8 } as const

/** Addresses are the 48 bits as a number. A sender of many frames keeps one header and changes it. */
export interface EthernetHeader {
  destination: number
  source: number
  etherType: number
}

/** Writes the 14 bytes at `offset` and returns their count. */
export function encodeEthernet(view: DataView, offset: number, header: Readonly<EthernetHeader>): number {
  writeMac(view, offset, header.destination)
  writeMac(view, offset + 6, header.source)
  view.setUint16(offset + 12, header.etherType)
  return ETHERNET_BYTES
}

/** `payload` is where the next header begins; `etherType` is the innermost one. null: the frame ends before that. */
export function decodeEthernet(
  view: DataView,
  offset: number,
  end: number,
): (EthernetHeader & { readonly payload: number }) | null {
  const payload = findEthernetPayload(view, offset, end)
  if (payload < 0) return null
  return {
    destination: readMac(view, offset),
    source: readMac(view, offset + 6),
    etherType: view.getUint16(payload - 2),
    payload,
  }
}

/** Where the payload begins, or -1; the type of the payload is the 16 bits before it. Allocates nothing. */
export function findEthernetPayload(view: DataView, offset: number, end: number): number {
  let payload = offset + ETHERNET_BYTES
  if (payload > end) return -1
  for (let tags = 0; tags < 2; tags++) {
    const type = view.getUint16(payload - 2)
    if (type !== etherTypes.vlan && type !== etherTypes.serviceVlan) break
    payload += 4
    if (payload > end) return -1
  }
  return payload
}

function writeMac(view: DataView, offset: number, address: number): void {
  view.setUint16(offset, Math.floor(address / 0x1_0000_0000))
  view.setUint32(offset + 2, address)
}

function readMac(view: DataView, offset: number): number {
  return view.getUint16(offset) * 0x1_0000_0000 + view.getUint32(offset + 2)
}
