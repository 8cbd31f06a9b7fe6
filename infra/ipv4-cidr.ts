/** An IPv4 block: its first address as a 32-bit number, and how many leading bits are fixed. */
export interface Ipv4Cidr {
  readonly network: number
  readonly prefixLength: number
}

/** Decimal octets without leading zeros: `010` is octal to some readers and decimal to others (RFC 6943 §3.1.1). */
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
export const IPV4_ADDRESS_PATTERN = `^${OCTET}(?:\\.${OCTET}){3}$`
const CIDR_PATTERN = new RegExp(`^(${OCTET})\\.(${OCTET})\\.(${OCTET})\\.(${OCTET})/(3[0-2]|[12]?\\d)$`)

/** @returns null unless the text is an IPv4 block in its shortest form: every bit after the prefix is zero. */
export function decodeIpv4Cidr(text: string): Ipv4Cidr | null {
  const match = CIDR_PATTERN.exec(text)
  if (match === null) return null
  const [a, b, c, d, prefixLength] = match.slice(1).map(Number)
  if (a === undefined || b === undefined || c === undefined || d === undefined || prefixLength === undefined)
    return null
  const network = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d
  // A block with host bits is usually a typing error, and tools disagree about what it means.
  return network % 2 ** (32 - prefixLength) === 0 ? { network, prefixLength } : null
}
