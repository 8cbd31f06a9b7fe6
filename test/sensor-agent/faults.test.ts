import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FaultCode, faults, toSentence } from '../../sensor-agent/faults.ts'

describe('faults', () => {
  it.each(Object.entries(faults))(
    '%s starts in lower case, has no period, and is more than a word',
    (code, sentence) => {
      expect(code).toMatch(/^SENSOR_[A-Z0-9_]+$/)
      expect(sentence).toMatch(/^(?:[a-z]|%s)/)
      expect(sentence).not.toMatch(/\.$/)
      expect(sentence.length).toBeGreaterThan(40)
    },
  )

  it('fill their blanks in order', () => {
    expect(toSentence('SENSOR_COMMAND_TOO_LONG', 'uptime', 5000, 4095)).toBe(
      'command "uptime" has 5000 bytes and suricata reads at most 4095; shorten its arguments',
    )
  })

  it('stay printable and short, whatever is filled in, and fill in nothing twice', () => {
    const codes = Object.keys(faults).filter((code): code is FaultCode => Object.hasOwn(faults, code))
    fc.assert(
      fc.property(fc.constantFrom(...codes), fc.array(fc.string({ unit: 'binary' })), (code, given) => {
        expect(toSentence(code, ...given)).toMatch(/^[ -~…]{1,4000}$/)
      }),
    )
    expect(toSentence('SENSOR_FILE_UNREADABLE', '%s', 'ENOENT')).toMatch(/^%s cannot be read \(ENOENT\)/)
  })
})
