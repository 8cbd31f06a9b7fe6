import { describe, expect, it } from 'vitest'
import { toRejection } from '../../../sensor-agent/suricata/rules-rejection.ts'

describe('toRejection', () => {
  it('shows the first faults, counts the rest, and counts files once', () => {
    const faults = Array.from({ length: 50 }, (_, line) => ({ file: `/r/${line % 3}.rules`, line, message: 'bad' }))
    const rejection = toRejection(faults, 'lastGood')
    expect(rejection).toMatchObject({ inForce: 'lastGood', files: 3, moreFaults: 30 })
    expect(rejection.faults).toHaveLength(20)
  })

  it('prints hostile names and messages bounded and without control characters', () => {
    const [fault] = toRejection(
      [{ file: '/r/\u001b[2J\n.rules', line: 1, message: '\u0000'.repeat(9999) }],
      'ownRule',
    ).faults
    expect(fault?.file).toBe('/r/\\u001b[2J\\u000a.rules')
    expect(fault?.message).toMatch(/^(\\u0000){200}… \(9999 characters\)$/)
  })
})
