/**
 * Four 32-bit words, first word first, each as a signed integer. An IPv4 address is the first word, the others are 0.
 * Signed, because V8 keeps such words unboxed: reading one from a packet then allocates nothing.
 */
export type AddressWords = [number, number, number, number]

/** `02:00:00:00:00:01` → the 48 bits as a number. Throws on anything else. */
export function macAddress(text: string): number {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)) {
    throw new Error(`"${text}" is no MAC address; write six pairs of hex digits, as in 02:00:00:00:00:01`)
  }
  return Number.parseInt(text.replaceAll(':', ''), 16)
}

/** `198.18.0.1` → the address as an unsigned 32-bit number. Throws on anything else, leading zeros included. */
export function ipv4Address(text: string): number {
  const bytes = ipv4Bytes(text)
  if (bytes === null) throw new Error(`"${text}" is no IPv4 address; write it as in 198.18.0.1`)
  return bytes.reduce((address, byte) => address * 256 + byte, 0)
}

/** IPv4 or IPv6 text → its version and words. Throws on anything else; zone identifiers are not accepted. */
export function addressWords(text: string): { readonly version: 4 | 6; readonly words: AddressWords } {
  if (!text.includes(':')) return { version: 4, words: [ipv4Address(text) | 0, 0, 0, 0] }
  const groups = ipv6Groups(text)
  if (groups === null) throw new Error(`"${text}" is no IPv6 address; write it as in fd00:18::1`)
  const word = (index: number) => ((groups[index * 2] ?? 0) << 16) | (groups[index * 2 + 1] ?? 0)
  return { version: 6, words: [word(0), word(1), word(2), word(3)] }
}

function ipv4Bytes(text: string): number[] | null {
  if (!/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text)) return null
  const bytes = text.split('.').map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : null
}

/** The eight groups of RFC 4291 §2.2, with `::` filled in and a dotted tail turned into two groups. */
function ipv6Groups(text: string): number[] | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head, tail] = halves.map((half, index) => groupsOf(half, index === halves.length - 1))
  if (head === null || head === undefined || tail === null) return null
  if (tail === undefined) return head.length === 8 ? head : null
  const missing = 8 - head.length - tail.length
  return missing > 0 ? [...head, ...new Array<number>(missing).fill(0), ...tail] : null
}

function groupsOf(text: string, mayEndDotted: boolean): number[] | null {
  if (text === '') return []
  const parts = text.split(':')
  const dotted = mayEndDotted ? ipv4Bytes(parts.at(-1) ?? '') : null
  const groups = (dotted === null ? parts : parts.slice(0, -1)).map((part) =>
    /^[0-9a-f]{1,4}$/i.test(part) ? Number.parseInt(part, 16) : Number.NaN,
  )
  if (dotted !== null) {
    const [first = 0, second = 0, third = 0, fourth = 0] = dotted
    groups.push(first * 256 + second, third * 256 + fourth)
  }
  return groups.some(Number.isNaN) ? null : groups
}
