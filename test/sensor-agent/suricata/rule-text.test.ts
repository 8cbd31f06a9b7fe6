import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findRule, judgeRuleText, toRules } from '../../../sensor-agent/suricata/rule-text.ts'

const rulesOf = (text: string) => [...toRules(Buffer.from(text, 'latin1'))]

describe('toRules', () => {
  it.each([
    ['one rule', 'alert a', [[1, 'alert a']]],
    ['comments, blanks and indented lines left out', '# x\n\n alert b\n\talert c\nalert d\n', [[5, 'alert d']]],
    [
      'a rule over several lines, numbered by its first',
      'alert x \\\n  y \\  \n z\nalert w',
      [
        [1, 'alert x   y  z'],
        [4, 'alert w'],
      ],
    ],
    ['a backslash at the end of the file', 'alert x \\', []],
  ])('reads %s', (_, text, expected) => {
    expect(rulesOf(text).map(({ line, rule }) => [line, rule])).toEqual(expected)
  })

  it('ends on any bytes and numbers rules upwards', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const lines = [...toRules(Buffer.from(bytes))].map(({ line }) => line)
        expect(lines).toEqual([...lines].sort((a, b) => a - b))
      }),
    )
  })
})

describe('judgeRuleText', () => {
  it('names the rules that the engine cannot quote', () => {
    const text = Buffer.concat([
      Buffer.from('# \xff in a comment is nobody’s business\nalert ok\nalert ', 'latin1'),
      Buffer.from([0xff, 0x0a]),
      Buffer.from(`alert ${'a'.repeat(9000)}\n`),
    ])
    expect(judgeRuleText(text, 9)).toEqual([
      { line: 3, message: 'rule is not valid UTF-8' },
      { line: 4, message: 'rule of 9006 bytes; allowed are 8191; split it' },
    ])
  })

  it('says no more than it was asked for', () => {
    expect(judgeRuleText(Buffer.from('\xff\n'.repeat(50), 'latin1'), 7)).toHaveLength(7)
  })

  it('passes a rule in another language', () => {
    expect(judgeRuleText(Buffer.from('alert tcp any any -> any any (msg:"规则"; sid:1;)\n'), 9)).toEqual([])
  })
})

describe('findRule', () => {
  it('finds the line of a rule by its beginning, also over several lines', () => {
    const text = Buffer.from('alert one\n#\nalert two \\\n continued (x)\n')
    expect(findRule(text, 'alert two  continued')).toBe(3)
    expect(findRule(text, 'alert three')).toBeNull()
  })
})
