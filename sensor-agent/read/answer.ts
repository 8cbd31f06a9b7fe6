import { type FaultCode, toSentence } from '../faults.ts'
import type { Answer, Failure } from '../sample/reading.ts'

export const answered = <T>(value: T): Answer<T> => ({ ok: true, value })

/** What is given fills the blanks of the code's sentence, in order. */
export const failed = (code: FaultCode, ...given: readonly (string | number)[]): Failure => ({
  ok: false,
  code,
  fault: toSentence(code, ...given),
})

/** What a thrown thing says of itself: `ENOENT` where the system named it, else its message. */
export function toCause(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : thrown.message
}
