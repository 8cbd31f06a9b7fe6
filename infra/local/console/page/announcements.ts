import type { FleetView } from '../messages.ts'
import { toChangeSentences, withKnown } from './change-words.ts'
import { byId } from './dom.ts'
import { toPrintable } from './words.ts'

/** What comes closer together is said together: of two texts that follow at once, only the last would be read out. */
const togetherMilliseconds = 100

const region = byId('announcements', HTMLElement)
let waiting: readonly string[] = []
let known: FleetView | null = null

/** Says it to a screen reader when it gets to it. Only for what changed: never every second. */
export function announce(sentence: string): void {
  if (waiting.length === 0) setTimeout(say, togetherMilliseconds)
  waiting = [...waiting, toPrintable(sentence)]
}

function say(): void {
  region.textContent = waiting.join(' ')
  waiting = []
}

/** Says what is not as it was. The first view is no change. */
export function announceChanges(view: FleetView): void {
  const before = known
  known = before === null ? view : withKnown(before, view)
  if (before !== null) toChangeSentences(before, known).forEach(announce)
}
