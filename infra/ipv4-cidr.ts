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

const isWithin = (inner: Ipv4Cidr, outer: Ipv4Cidr): boolean =>
  inner.prefixLength >= outer.prefixLength &&
  Math.floor(inner.network / 2 ** (32 - outer.prefixLength)) === outer.network / 2 ** (32 - outer.prefixLength)

function isCovered(block: Ipv4Cidr, blocks: readonly Ipv4Cidr[]): boolean {
  if (blocks.some((outer) => isWithin(block, outer))) return true
  const inside = blocks.filter((inner) => isWithin(inner, block))
  if (inside.length === 0) return false
  const prefixLength = block.prefixLength + 1
  const halves = [block.network, block.network + 2 ** (32 - prefixLength)]
  return halves.every((network) => isCovered({ network, prefixLength }, inside))
}

/** @returns whether every address of `cidr` is in one of `cidrs`, which may share it; false for text that is no block */
export function coversCidr(cidrs: readonly string[], cidr: string): boolean {
  const block = decodeIpv4Cidr(cidr)
  return (
    block !== null &&
    isCovered(
      block,
      cidrs.map(decodeIpv4Cidr).filter((each) => each !== null),
    )
  )
}
