import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeTrialLog } from '../../../sensor-agent/suricata/trial-log.ts'

/** A line as Suricata 7.0.10 prints it. */
const entry = (message: string | null, level = 'Error', module = 'detect') =>
  JSON.stringify({
    timestamp: '2026-11-24T06:42:09.540454+0000',
    log_level: level,
    event_type: 'engine',
    engine: { ...(message === null ? {} : { message }), thread_name: 'Suricata-Main', module },
  })
const parseError = (rule: string, file: string, line: number) =>
  entry(`error parsing signature "${rule}" from file ${file} at line ${line}`)

describe('decodeTrialLog', () => {
  it('joins the reason and the place of each refused rule', () => {
    const log = [
      entry('This is Suricata version 7.0.10 RELEASE running in SYSTEM mode', 'Notice'),
      entry("unknown rule keyword 'contnt'."),
      parseError('alert tcp any any -> any any (contnt:"a"; sid:7;)', '/s/rules/candidate/0001.rules', 5),
      entry('no rule options.'),
      parseError('alert foo', '/s/rules/candidate/0002.rules', 2),
      entry('Loading signatures failed.'),
    ].join('\n')
    expect(decodeTrialLog(log)).toEqual([
      { stored: '0001.rules', line: 5, ruleStart: null, message: "unknown rule keyword 'contnt'." },
      { stored: '0002.rules', line: 2, ruleStart: null, message: 'no rule options.' },
    ])
  })

  it('is not led astray by a rule that quotes a place of its own', () => {
    const rule = 'alert x" from file /etc/shadow at line 9'
    expect(decodeTrialLog(parseError(rule, '/s/0003.rules', 4))).toMatchObject([{ stored: '0003.rules', line: 4 }])
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (any) => {
        const [fault] = decodeTrialLog(parseError(any, '/s/0003.rules', 4))
        expect(fault).toMatchObject({ stored: '0003.rules', line: 4 })
      }),
    )
  })

  it('keeps the beginning of a rule where the engine cut its line', () => {
    const whole = parseError(`alert tcp (msg:"a\\b";${'A'.repeat(4000)})`, '/s/0001.rules', 3)
    const cut = whole.slice(0, 2047)
    const [fault] = decodeTrialLog(`${entry("unknown rule keyword 'bogus'.")}\n${cut}`)
    expect(fault).toMatchObject({ stored: null, line: null, message: "unknown rule keyword 'bogus'." })
    expect(fault?.ruleStart?.startsWith('alert tcp (msg:"a\\b";AAAA')).toBe(true)
  })

  it('survives a line that is cut within an escape', () => {
    const line = parseError(`alert ${'\\"'.repeat(2000)}`, '/s/0001.rules', 3)
    for (let length = 200; length < 230; length += 1)
      expect(decodeTrialLog(line.slice(0, length))[0]?.ruleStart?.startsWith('alert ')).toBe(true)
  })

  it('drops the reason of a rule that the log could not quote', () => {
    const log = [entry('rule is not valid UTF-8'), entry(null), entry('bad'), parseError('r', '/s/0001.rules', 1)]
    expect(decodeTrialLog(log.join('\n'))).toEqual([{ stored: '0001.rules', line: 1, ruleStart: null, message: 'bad' }])
  })

  it('reports what names no rule, the words of another program included', () => {
    expect(decodeTrialLog('setpriv: failed to execute /x: No such file or directory\n')).toEqual([
      {
        stored: null,
        line: null,
        ruleStart: null,
        message: 'setpriv: failed to execute /x: No such file or directory',
      },
    ])
  })

  it('reads any text to its end, and no more than a thousand faults', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeTrialLog(text).length).toBeLessThan(9)
      }),
    )
    expect(decodeTrialLog(`${parseError('r', '/s/0001.rules', 1)}\n`.repeat(3000))).toHaveLength(1000)
  })
})
