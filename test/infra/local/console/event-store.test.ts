import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventStore } from '../../../../infra/local/console/event-store.ts'
import { type AuditEvent, type EventFilter, protocols } from '../../../../infra/local/console/messages.ts'

const event = (parts: Partial<AuditEvent> = {}): Omit<AuditEvent, 'number'> => ({
  time: '2026-11-26T08:27:56+0000',
  sensor: 'sensor-1',
  protocol: 'http',
  source: 'source-1',
  client: '198.18.0.11:1',
  server: '198.19.0.80:80',
  vni: 1,
  host: 'www.example.test',
  detail: '',
  ...parts,
})

describe('EventStore', () => {
  it('gives the newest first, and goes on counting when old ones have gone', () => {
    const store = new EventStore(3)
    for (let n = 1; n <= 10; n++) store.add([event({ host: `${n}.test` })])
    const { events, matched, kept } = store.search({})
    expect(events.map(({ number, host }) => [number, host])).toEqual([
      ...[
        [10, '10.test'],
        [9, '9.test'],
        [8, '8.test'],
      ],
    ])
    expect({ matched, kept, count: store.count }).toEqual({ matched: 3, kept: 3, count: 10 })
  })

  it('shows no more than a page can take, and says how many there are', () => {
    const store = new EventStore()
    store.add(Array.from({ length: 500 }, () => event()))
    const { events, matched } = store.search({})
    expect([events.length, events[0]?.number, matched]).toEqual([200, 500, 500])
  })

  it.each<[EventFilter, string[]]>([
    [{ host: 'EXAMPLE' }, ['a']],
    [{ source: 'source-2' }, ['b']],
    [{ source: '203.0.113' }, ['c']],
    [{ vni: 9 }, ['c']],
    [{ protocol: 'dns' }, ['b']],
    [{ protocol: 'http', host: 'test' }, ['c', 'a']],
    [{ protocol: 'tls' }, []],
  ])('finds by %j', (filter, expected) => {
    const store = new EventStore()
    store.add([
      event({ detail: 'a', host: 'www.example.test' }),
      event({ detail: 'b', host: '', source: 'source-2', protocol: 'dns', vni: null }),
      event({ detail: 'c', host: 'other.test', server: '203.0.113.9:80', vni: 9 }),
    ])
    expect(store.search(filter).events.map(({ detail }) => detail)).toEqual(expected)
  })

  it('never shows one that a narrower filter would not, and misses none that a wider one has', () => {
    const one = fc.record({
      host: fc.constantFrom('a.test', 'b.test'),
      vni: fc.constantFrom(1, 2, null),
      protocol: fc.constantFrom(...protocols),
    })
    fc.assert(
      fc.property(fc.array(one, { maxLength: 40 }), fc.constantFrom(...protocols), (parts, protocol) => {
        const store = new EventStore()
        store.add(parts.map(event))
        const narrow = store.search({ protocol, host: 'a', vni: 1 })
        const wide = store.search({ protocol }).events
        expect(narrow.events).toEqual(wide.filter(({ host, vni }) => host === 'a.test' && vni === 1))
        expect(narrow.matched).toBe(narrow.events.length)
      }),
    )
  })
})
