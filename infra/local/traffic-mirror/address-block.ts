import { type AddressWords, addressWords } from '../../../load/packet/address.ts'

/** A CIDR block, ready to be compared word by word: an address is inside when `address & mask` is `network`. */
export interface AddressBlock {
  readonly version: 4 | 6
  readonly network: AddressWords
  readonly mask: AddressWords
}

/** `198.18.0.0/15`, `fd00:18::/64`; a bare address is a block of one. Host bits are ignored, as AWS ignores them. */
export function addressBlock(text: string): AddressBlock {
  const [address = '', prefix] = text.split('/')
  const { version, words } = addressWords(address)
  const width = version === 4 ? 32 : 128
  const prefixLength = prefix === undefined ? width : Number(prefix)
  if (!Number.isInteger(prefixLength) || prefixLength < 0 || prefixLength > width || prefix === '') {
    throw new Error(`"${text}" is no CIDR block; write an address, a slash and a prefix length of 0..${width}`)
  }
  const maskWord = (index: number) => toMaskWord(prefixLength - index * 32)
  const mask: AddressWords = [maskWord(0), maskWord(1), maskWord(2), maskWord(3)]
  return { version, mask, network: [words[0] & mask[0], words[1] & mask[1], words[2] & mask[2], words[3] & mask[3]] }
}

/** Blocks hold only addresses of their own version: `0.0.0.0/0` is every IPv4 address and no IPv6 address. */
export function contains(block: AddressBlock, version: 4 | 6, address: AddressWords): boolean {
  const { network, mask } = block
  return (
    block.version === version &&
    (address[0] & mask[0]) === network[0] &&
    (address[1] & mask[1]) === network[1] &&
    (address[2] & mask[2]) === network[2] &&
    (address[3] & mask[3]) === network[3]
  )
}

/** A shift by 32 is a shift by 0 in JavaScript, so both ends are cases of their own. */
function toMaskWord(bits: number): number {
  if (bits <= 0) return 0
  return bits >= 32 ? -1 : -1 << (32 - bits)
}
