import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePcap } from '../../../load/packet/pcap-file.ts'
import { toPcap } from '../../../load/send/pcap.ts'

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** A file of one 3-byte frame in any of the four formats. */
function fileOf(magic: number, isLittleEndian: boolean, capturedBytes = 3) {
  const view = new DataView(new ArrayBuffer(24 + 16 + 3))
  view.setUint32(0, magic, isLittleEndian)
  view.setUint32(20, 1, isLittleEndian)
  view.setUint32(32, capturedBytes, isLittleEndian)
  return view
}

describe('a capture file', () => {
  it.each([
    ['big endian, microseconds', 0xa1b2c3d4, false],
    ['big endian, nanoseconds', 0xa1b23c4d, false],
    ['little endian, microseconds', 0xa1b2c3d4, true],
    ['little endian, nanoseconds', 0xa1b23c4d, true],
  ])('is read when it is %s', (_format, magic, isLittleEndian) => {
    expect(decodePcap(fileOf(magic, isLittleEndian))).toEqual({
      ok: true,
      file: { frames: [{ offset: 40, byteLength: 3 }], isCutOff: false },
    })
  })

  it('gives back the frames that were written', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 })), (frames) => {
        const bytes = toPcap(frames.map((frame) => ({ atNanoseconds: 5n, frame })))
        const decoded = decodePcap(viewOf(bytes))
        if (!decoded.ok) throw new Error(decoded.reason)
        const read = decoded.file.frames.map(({ offset, byteLength }) => bytes.slice(offset, offset + byteLength))
        expect(read).toEqual(frames)
        expect(decoded.file.isCutOff).toBe(false)
      }),
    )
  })

  it.each([
    ['too short', new DataView(new ArrayBuffer(23)), /shorter than the header/],
    ['something else', new DataView(new ArrayBuffer(24)), /begins with 0x0/],
    ['pcapng', fileOf(0x0a0d0d0a, false), /pcapng file; convert/],
  ])('is refused with the reason when it is %s', (_what, view, reason) => {
    expect(decodePcap(view)).toMatchObject({ ok: false, reason: expect.stringMatching(reason) })
  })

  it('is refused when its frames are not Ethernet', () => {
    const view = fileOf(0xa1b2c3d4, false)
    view.setUint32(20, 113)
    expect(decodePcap(view)).toMatchObject({ ok: false, reason: expect.stringContaining('link type 113') })
  })

  it.each([[4], [0x40001], [0xffffffff]])('ends where a record says it has %i bytes', (capturedBytes) => {
    expect(decodePcap(fileOf(0xa1b2c3d4, true, capturedBytes))).toEqual({
      ok: true,
      file: { frames: [], isCutOff: true },
    })
  })

  it('never names bytes outside of it, whatever it holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (rest, isLittleEndian) => {
        const bytes = new Uint8Array(24 + rest.length)
        bytes.set(new Uint8Array(fileOf(0xa1b2c3d4, isLittleEndian).buffer, 0, 24))
        bytes.set(rest, 24)
        const decoded = decodePcap(viewOf(bytes))
        if (!decoded.ok) throw new Error(decoded.reason)
        for (const { offset, byteLength } of decoded.file.frames) {
          expect(offset + byteLength).toBeLessThanOrEqual(bytes.length)
        }
      }),
      { numRuns: 500 },
    )
  })
})
