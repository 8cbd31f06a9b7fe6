import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressWords, ipv4Address, macAddress } from '../../../load/packet/address.ts'

const unsigned = (text: string) => addressWords(text).words.map((word) => (word >>> 0).toString(16).padStart(8, '0'))

describe('addresses', () => {
  it('reads a MAC address as 48 bits', () => {
    expect(macAddress('02:00:5e:10:00:FF')).toBe(0x02005e1000ff)
  })

  it.each(['', '02:00:5e:10:00', '02:00:5e:10:00:0g', '02-00-5e-10-00-ff', '02:00:5e:10:00:ff:00'])(
    'refuses "%s" as a MAC address',
    (text) => expect(() => macAddress(text)).toThrow('no MAC address'),
  )

  it('reads IPv4 addresses of the whole range without a sign', () => {
    expect(ipv4Address('0.0.0.0')).toBe(0)
    expect(ipv4Address('198.18.0.1')).toBe(0xc6120001)
    expect(ipv4Address('255.255.255.255')).toBe(0xffffffff)
  })

  it.each([
    // RFC 4291 §2.2, each pair being the same address
    ['2001:DB8:0:0:8:800:200C:417A', '20010db8 00000000 00080800 200c417a'],
    ['2001:DB8::8:800:200C:417A', '20010db8 00000000 00080800 200c417a'],
    ['FF01:0:0:0:0:0:0:101', 'ff010000 00000000 00000000 00000101'],
    ['FF01::101', 'ff010000 00000000 00000000 00000101'],
    ['::1', '00000000 00000000 00000000 00000001'],
    ['::', '00000000 00000000 00000000 00000000'],
    ['fe80::', 'fe800000 00000000 00000000 00000000'],
    ['::13.1.68.3', '00000000 00000000 00000000 0d014403'],
    ['::FFFF:129.144.52.38', '00000000 00000000 0000ffff 81903426'],
  ])('reads the IPv6 address %s', (text, words) => expect(unsigned(text).join(' ')).toBe(words))

  it('accepts an address exactly when Node does', () => {
    const part = fc.constantFrom(
      '',
      '0',
      '1',
      'ffff',
      'fd00',
      '12345',
      'g',
      '1.2.3.4',
      '1.2.3',
      '256.1.1.1',
      '01.2.3.4',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
        const text = parts.join(':')
        if (isIP(text) === 0) expect(() => addressWords(text)).toThrow(/no IPv[46] address/)
        else expect(addressWords(text).version).toBe(isIP(text))
      }),
      { numRuns: 2000 },
    )
  })
})
