/*
 * The Internet checksum (RFC 1071 §1): the one's complement of the one's-complement sum of all 16-bit words.
 * Sums are carried unfolded, so a header, a pseudo-header and a payload can be added in any order and folded once.
 */

/** Adds a range to a running sum. An odd last byte is the high half of a word, as if a zero followed (RFC 1071 §4.1). */
export function addToChecksum(sum: number, view: DataView, offset: number, byteLength: number): number {
  const lastWord = offset + byteLength - 1
  let total = sum
  let at = offset
  for (; at < lastWord; at += 2) total += view.getUint16(at)
  return at === lastWord ? total + view.getUint8(at) * 256 : total
}

/** Folds the carries of a sum into 16 bits and takes the complement: the value that goes into the header. */
export function foldChecksum(sum: number): number {
  let folded = sum
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000)
  return folded ^ 0xffff
}

/** Checksum of a range. Over a range that already holds its own checksum the result is 0 when nothing was damaged. */
export function internetChecksum(view: DataView, offset: number, byteLength: number): number {
  return foldChecksum(addToChecksum(0, view, offset, byteLength))
}

/**
 * What changes in a sum when a 16-bit word changes (RFC 1624 §3: HC' = ~(~HC + ~m + m')). Deltas of several words can be
 * added, and one delta applied to every packet in which the same words change.
 */
export function checksumDelta(before: number, after: number): number {
  return (before ^ 0xffff) + after
}

/** The delta of a 32-bit word. */
export function checksumDelta32(before: number, after: number): number {
  return checksumDelta(before >>> 16, after >>> 16) + checksumDelta(before & 0xffff, after & 0xffff)
}

/** A checksum after its range has changed by `delta`. */
export function adjustChecksum(checksum: number, delta: number): number {
  let sum = (checksum ^ 0xffff) + delta
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum ^ 0xffff
}
