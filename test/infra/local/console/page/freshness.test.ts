import { describe, expect, it } from 'vitest'
import { type Contact, toFreshness } from '../../../../../infra/local/console/page/freshness.ts'

const now = 1_000_000
const live: Contact = {
  ...{ startedAt: 0, isOpen: true, messageAt: now, newerAt: now, readingAt: now - 200, windowSeconds: 10 },
}
const cases: readonly [about: string, given: Partial<Contact>, state: string, isLoud: boolean][] = [
  ['live', {}, 'live', false],
  ['a stream that was lost', { isOpen: false }, 'reconnecting', true],
  ['a stream that says nothing', { messageAt: now - 6000 }, 'stale', true],
  ['a stream that says the same again and again', { newerAt: now - 31_000 }, 'stale', true],
  ['a fleet that is read seldom', { newerAt: now - 60_000, windowSeconds: 60 }, 'live', false],
  ['a page just opened', { messageAt: null, startedAt: now - 1000 }, 'connecting', false],
  ['a page shown again', { startedAt: now - 100, messageAt: now - 60_000, newerAt: now - 60_000 }, 'connecting', false],
  ['a page shown again whose server is silent', { startedAt: now - 6000, messageAt: now - 60_000 }, 'stale', true],
  [
    'a page shown again whose server was gone',
    { startedAt: now, messageAt: now - 6000, isOpen: false },
    'reconnecting',
    true,
  ],
  [
    'a page shown again, its server still at the same reading',
    { startedAt: now - 100, newerAt: now - 60_000 },
    'live',
    false,
  ],
  ['a page whose server never answered', { messageAt: null, startedAt: now - 9000 }, 'connecting', true],
]

describe('freshness of the page', () => {
  it.each(cases)('of %s', (_about, given, state, isLoud) => {
    const freshness = toFreshness({ ...live, ...given }, now)
    expect([freshness.state, freshness.warning !== '']).toEqual([state, isLoud])
  })

  it('says how old the data is', () => {
    expect(toFreshness({ ...live, isOpen: false, newerAt: now - 42_000 }, now).warning).toMatch(/42 s ago\.$/)
  })
})
