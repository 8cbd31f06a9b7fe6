import { announce } from './announcements.ts'
import { byId, setAttribute, setText } from './dom.ts'
import { toPrintable } from './words.ts'

/** Then it is no news any more. */
const resultMilliseconds = 15_000

export interface Result {
  readonly isDone: boolean
  readonly words: string
}

const element = byId('demonstration-result', HTMLElement)
let result: Result | null = null
let failure: string | null = null
let forget: ReturnType<typeof setTimeout> | undefined

/** What came of a press of a button, for a while. */
export function showResult(now: Result): void {
  result = now
  // As the server does: the same failure again is a new one.
  if (now.isDone) failure = null
  announce(now.words)
  show()
  clearTimeout(forget)
  forget = setTimeout(() => {
    result = null
    show()
  }, resultMilliseconds)
}

/** What came of an action that had begun, for as long as the server says it. */
export function showFailure(now: string | null): void {
  if (now !== null && now !== failure) {
    result = null
    announce(toWords(now))
  }
  failure = now
  show()
}

function show(): void {
  const shown = result ?? (failure === null ? null : { isDone: false, words: toWords(failure) })
  setAttribute(element, 'data-state', shown === null || shown.isDone ? 'healthy' : 'degraded')
  setText(element, toPrintable(shown?.words ?? ''))
}

const toWords = (why: string): string => `Failed: ${why}`
