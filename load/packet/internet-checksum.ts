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
