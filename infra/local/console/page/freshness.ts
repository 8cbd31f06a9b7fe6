import { toClock, toDuration } from './words.ts'

/** No message for so long: what the page shows is old. */
const mostSilentMilliseconds = 5000
/** A server that goes on talking, but reads nothing new, has so many windows. */
const mostWindows = 3

export interface Contact {
  /** When the page began to follow, by this machine's clock: when it was opened, or last shown again. */
  readonly startedAt: number
  /** The stream has not been lost since the last message. */
  readonly isOpen: boolean
  /** When the last message came, by this machine's clock; null before the first. */
  readonly messageAt: number | null
  /** When the reading last became newer, by this machine's clock. */
  readonly newerAt: number | null
  /** The time of the reading, by the server's clock. */
  readonly readingAt: number | null
  readonly windowSeconds: number
}

export interface Freshness {
  readonly state: 'connecting' | 'live' | 'reconnecting' | 'stale'
  readonly words: string
  /** What to shout; empty when live. */
  readonly warning: string
}

/** Whether what the page shows is new. @param now by this machine's clock */
export function toFreshness(contact: Contact, now: number): Freshness {
  const { startedAt, isOpen, messageAt, newerAt, readingAt, windowSeconds } = contact
  if (messageAt === null || newerAt === null || readingAt === null) {
    const isLate = now - startedAt > mostSilentMilliseconds
    return { state: 'connecting', words: 'Connecting', warning: isLate ? 'The console’s server says nothing yet.' : '' }
  }
  const old = `All below is as of ${toClock(readingAt)}, ${toDuration(now - newerAt)} ago.`
  if (!isOpen) {
    const words = `Reconnecting since ${toClock(messageAt)}`
    return { state: 'reconnecting', words, warning: `The console’s server does not answer. ${old}` }
  }
  if (now - Math.max(messageAt, startedAt) > mostSilentMilliseconds) {
    return {
      state: 'stale',
      words: `Silent since ${toClock(messageAt)}`,
      warning: `The console’s server says nothing. ${old}`,
    }
  }
  if (messageAt < startedAt) return { state: 'connecting', words: 'Connecting', warning: '' }
  if (now - Math.max(newerAt, startedAt) > Math.max(mostSilentMilliseconds, mostWindows * windowSeconds * 1000)) {
    return {
      state: 'stale',
      words: `Nothing new since ${toClock(newerAt)}`,
      warning: `The fleet could not be read anew. ${old}`,
    }
  }
  return { state: 'live', words: 'Live', warning: '' }
}
