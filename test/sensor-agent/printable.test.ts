import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toPrintable } from '../../sensor-agent/printable.ts'

describe('toPrintable', () => {
  it.each([
    ['plain text', 'plain text'],
    ['a\nb\u001b[31m', 'a\\u000ab\\u001b[31m'],
    ['"\\', '\\"\\\\'],
    ['\u202eeval', '\\u202eeval'],
    ['é\ud83d\ude00', '\\u00e9\\ud83d\\ude00'],
    ['x'.repeat(41), `${'x'.repeat(40)}… (41 characters)`],
  ])('%j becomes %j', (text, printed) => {
    expect(toPrintable(text, 40)).toBe(printed)
  })

  it('is one bounded line of printable ASCII, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const printed = toPrintable(text, 40)
        expect(printed).toMatch(/^[\x20-\x7e]*(… \(\d+ characters\))?$/)
        expect(printed.length).toBeLessThanOrEqual(40 * 6 + 20)
      }),
    )
  })

  it('keeps different short texts different', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 })
    fc.assert(fc.property(text, text, (a, b) => a === b || toPrintable(a, 40) !== toPrintable(b, 40)))
  })
})
