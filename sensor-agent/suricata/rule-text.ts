import { isUtf8 } from 'node:buffer'

/** One rule and the number of its first line. The text is latin1: one character a byte, whatever the bytes are. */
export interface RuleText {
  readonly line: number
  readonly rule: string
}
export interface LineFault {
  readonly line: number
  readonly message: string
}

/** DETECT_MAX_RULE_SIZE less the final NUL (src/detect.h); a longer one is cut and its rest taken for a rule of its own. */
const longestRuleBytes = 8191

/**
 * The rules of a file as the engine reads them (src/detect-engine-loader.c, DetectLoadSigFile): a line that starts with
 * a blank or `#` is skipped, one that ends in a backslash goes on in the next.
 */
export function* toRules(bytes: Buffer): Generator<RuleText> {
  const text = bytes.toString('latin1')
  let pending = ''
  let first = 0
  let line = 0
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    const joined = pending + text.slice(start, end)
    start = end + 1
    line += 1
    if (pending === '' && /^([\r #\t]|$)/.test(joined)) continue
    if (pending === '') first = line
    const trimmed = joined.trimEnd()
    if (trimmed.endsWith('\\')) pending = trimmed.slice(0, -1)
    else {
      yield { line: first, rule: joined }
      pending = ''
    }
  }
}

/**
 * Faults that the engine cannot report with a line: its log leaves out a rule that is no UTF-8, and miscounts lines
 * after one that is too long. At most `limit` of them.
 */
export function judgeRuleText(bytes: Buffer, limit: number): readonly LineFault[] {
  const faults: LineFault[] = []
  const whole = isUtf8(bytes)
  for (const { line, rule } of toRules(bytes)) {
    if (faults.length === limit) break
    if (rule.length > longestRuleBytes)
      faults.push({ line, message: `rule of ${rule.length} bytes; allowed are ${longestRuleBytes}; split it` })
    else if (!whole && !isUtf8(Buffer.from(rule, 'latin1'))) faults.push({ line, message: 'rule is not valid UTF-8' })
  }
  return faults
}

/** The line of the first rule that starts so, or null. `start` is latin1 as in RuleText. */
export function findRule(bytes: Buffer, start: string): number | null {
  for (const { line, rule } of toRules(bytes)) if (rule.startsWith(start)) return line
  return null
}
