import { basename } from 'node:path'
import { Type } from 'typebox'
import { Check } from 'typebox/value'

/** What `suricata -T` said against a rule, or (with neither file nor start of a rule) against the whole. */
export interface TrialFault {
  /** Name of the rule file within the folder that was tried; null where the engine's message was cut before it. */
  readonly stored: string | null
  readonly line: number | null
  /** The beginning of the rule, where the message was cut. */
  readonly ruleStart: string | null
  readonly message: string
}

/** One line of the engine's log in its JSON form (src/util-debug.c, SCLogMessageJSON). A message that is no UTF-8 is absent. */
const Entry = Type.Object({
  log_level: Type.String(),
  engine: Type.Object({ message: Type.Optional(Type.String()) }),
})

const longestLog = 1000
const opening = 'error parsing signature "'
/** The last component of the path is ours; what a rule puts before it does not matter. */
const ending = / from file (.*) at line (\d+)$/s
const cutOpening = /"message":"error parsing signature \\"(.*)$/

/**
 * Reads the log that `suricata -T` writes to stderr (as latin1). The engine first says what is wrong, then quotes the
 * rule and ends with file and line; a line is cut at 2048 bytes (SC_LOG_MAX_LOG_MSG_LEN), so a long rule loses both.
 * Rules are hostile text: whatever one of them contains, only the end of the message is taken for the file's name.
 */
export function decodeTrialLog(log: string): readonly TrialFault[] {
  const faults: TrialFault[] = []
  let reasons: string[] = []
  const push = (stored: string | null, line: number | null, ruleStart: string | null) => {
    faults.push({ stored, line, ruleStart, message: reasons.join('; ') || 'refused without a reason' })
    reasons = []
  }
  for (const text of log.split('\n')) {
    if (faults.length === longestLog) break
    const message = decodeError(text)
    if (message === null) continue
    if (message === '') {
      // The rule is no UTF-8, and JSON has no room for it: judgeRuleText found it in the file.
      reasons = []
      continue
    }
    const [, path, line] = (message.startsWith(opening) && ending.exec(message)) || []
    if (path !== undefined) push(basename(path), Number(line), null)
    else if (message.startsWith(opening)) push(null, null, message.slice(opening.length))
    else if (message !== 'Loading signatures failed.') reasons.push(message)
  }
  if (reasons.length > 0) push(null, null, null)
  return faults
}

/**
 * The message of an error, '' if it has none; null for any other line. Text that is not the engine's (the loader's,
 * setpriv's) is an error too.
 */
function decodeError(text: string): string | null {
  if (text === '') return null
  try {
    const entry: unknown = JSON.parse(text)
    if (!Check(Entry, entry)) return null
    return entry.log_level === 'Error' ? (entry.engine.message ?? '') : null
  } catch {
    const cut = cutOpening.exec(text)?.[1]
    return cut === undefined ? text : opening + unescapeCut(cut)
  }
}

/** Undoes JSON's escapes in text that may end within one. */
function unescapeCut(text: string): string {
  for (let length = text.length; length >= Math.max(0, text.length - 6); length -= 1) {
    try {
      const whole: unknown = JSON.parse(`"${text.slice(0, length)}"`)
      if (typeof whole === 'string') return whole
    } catch {}
  }
  return ''
}
