import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeReturn,
  emptyFraming,
  encodeCommand,
  MAXIMUM_COMMAND_BYTES,
  nextFraming,
} from '../../../sensor-agent/read/suricata-protocol.ts'
import { suricataFixture } from '../../support/suricata-fixture.ts'

function frame(chunks: readonly Uint8Array[], maximumBytes?: number) {
  let framing = emptyFraming
  const replies: string[] = []
  for (const chunk of chunks) {
    const next = nextFraming(framing, chunk, maximumBytes)
    framing = next.framing
    replies.push(...next.replies.map((reply) => Buffer.from(reply).toString('latin1')))
  }
  return { replies, framing }
}

/** Cuts bytes at the given places, in any order and out of range. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end))
}

describe('framing', () => {
  it('gives the same replies however the bytes are cut', () => {
    const line = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0a)))
    fc.assert(
      fc.property(fc.array(line), line, fc.array(fc.nat()), (lines, rest, places) => {
        const bytes = Buffer.concat([...lines.flatMap((text) => [text, Buffer.from('\n')]), rest])
        const { replies, framing } = frame(cut(bytes, places))
        expect(replies).toEqual(lines.map((text) => text.toString('latin1')))
        expect(framing).toMatchObject({ pendingBytes: rest.length, oversized: false })
        expect(Buffer.concat(framing.pending)).toEqual(rest)
      }),
    )
  })

  it('calls a reply oversized at the same byte however it is cut, and gives nothing after it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1 }), fc.array(fc.nat()), (lengths, places) => {
        const bytes = Buffer.from(lengths.map((length) => `${'x'.repeat(length)}\n`).join(''))
        const { replies, framing } = frame(cut(bytes, places), 10)
        const tooLong = lengths.findIndex((length) => length > 10)
        expect(framing.oversized).toBe(tooLong !== -1)
        expect(replies.map((reply) => reply.length)).toEqual(tooLong === -1 ? lengths : lengths.slice(0, tooLong))
        expect(framing.pendingBytes).toBe(0)
      }),
    )
  })

  it('keeps few pieces of a reply that comes byte by byte', () => {
    const { framing } = frame(Array.from({ length: 5000 }, () => Buffer.from('x')))
    expect(framing.pendingBytes).toBe(5000)
    expect(framing.pending.length).toBeLessThan(16)
  })
})

describe('a reply', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', 'Segmentation fault'],
    ['half a reply', '{"return":"OK","message":{"upt'],
    ['a list', '[{"return":"OK"}]'],
    ['a number', '1'],
    ['null', 'null'],
    ['no verdict', '{"message":0}'],
    ['another verdict', '{"return":"MAYBE"}'],
    ['a verdict of another type', '{"return":["OK"]}'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['another byte order', Buffer.from('{"return":"OK"}', 'utf16le')],
  ])('is not made of %s', (_, bytes) => {
    expect(decodeReturn(Buffer.from(bytes))).toBeUndefined()
  })

  it('keeps the reason of a refusal', () => {
    const bytes = suricataFixture('iface-stat-no-such-interface-7.0.10').subarray(0, -1)
    expect(decodeReturn(bytes)).toEqual({ return: 'NOK', message: 'Iface does not exist' })
  })

  it('is decoded or refused, never thrown over, whatever the bytes are', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void decodeReturn(bytes)))
    fc.assert(fc.property(fc.json(), (text) => void decodeReturn(Buffer.from(text))))
  })
})

describe('a command', () => {
  it('is one line, whatever its arguments hold', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (command, value) => {
        const line = encodeCommand(command, { iface: value })
        if (!line.ok) throw new Error(line.fault)
        expect(line.value.indexOf('\n')).toBe(line.value.length - 1)
        expect(JSON.parse(line.value)).toEqual({ command, arguments: { iface: value } })
      }),
    )
  })

  it('is not sent when Suricata would hang up on its length', () => {
    const fits = MAXIMUM_COMMAND_BYTES - '{"command":""}\n'.length
    expect(encodeCommand('x'.repeat(fits)).ok).toBe(true)
    expect(encodeCommand('x'.repeat(fits + 1))).toMatchObject({ ok: false, code: 'SENSOR_COMMAND_TOO_LONG' })
  })
})
