import { describe, expect, it } from 'vitest'
import { toPcap } from '../../../load/send/pcap.ts'
import { toHex } from '../../support/hex.ts'

describe('a capture file', () => {
  it('has the header of a nanosecond Ethernet capture, and each frame behind its time and lengths', () => {
    const frames = [
      { atNanoseconds: 1_700_000_000_000_000_005n, frame: Uint8Array.of(0xaa, 0xbb, 0xcc) },
      { atNanoseconds: 999_999_999n, frame: Uint8Array.of(0xdd) },
    ]
    const hex = toHex(new DataView(toPcap(frames).slice().buffer))
    expect(hex).toBe(
      [
        'a1b23c4d 0002 0004 00000000 00000000 00040000 00000001',
        '6553f100 00000005 00000003 00000003 aabbcc',
        '00000000 3b9ac9ff 00000001 00000001 dd',
      ]
        .join('')
        .replaceAll(' ', ''),
    )
  })
})
