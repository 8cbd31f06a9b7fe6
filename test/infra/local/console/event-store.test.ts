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

  const one = fc.record({
    host: fc.constantFrom('a.test', 'B.test', ''),
    source: fc.constantFrom('source-1', 'source-2'),
    client: fc.constantFrom('198.18.0.11:1', '[fd00::1]:1'),
    vni: fc.constantFrom(1, 2, null),
    protocol: fc.constantFrom(...protocols),
  })
  const wanted = fc.record(
    {
      host: fc.constantFrom('a', 'TEST', 'x'),
      source: fc.constantFrom('SOURCE-2', 'fd00', '198.'),
      vni: fc.constantFrom(1, 2),
      protocol: fc.constantFrom(...protocols),
    },
    { requiredKeys: [] },
  )
  const has = (text: string, part = ''): boolean => text.toLowerCase().includes(part.toLowerCase())
  const fits = (it: AuditEvent, { host, source, vni, protocol }: EventFilter): boolean =>
    ![
      has(it.host, host),
      has(`${it.source} ${it.client} ${it.server}`, source),
      [it.vni, undefined].includes(vni),
      [it.protocol, undefined].includes(protocol),
    ].includes(false)

  it('finds every kept event that fits, newest first, and no other, however they came', () => {
    const batches = fc.array(fc.array(one, { maxLength: 9 }), { maxLength: 9 })
    fc.assert(
      fc.property(batches, fc.integer({ min: 1, max: 20 }), wanted, (parts, most, filter) => {
        const store = new EventStore(most)
        for (const batch of parts) store.add(batch.map(event))
        const came = parts.flat().map((part, index): AuditEvent => ({ number: index + 1, ...event(part) }))
        const kept = came.slice(-most)
        const expected = kept.filter((it) => fits(it, filter)).reverse()
        expect(store.search(filter)).toEqual({ events: expected, matched: expected.length, kept: kept.length })
        expect(store.count).toBe(came.length)
      }),
    )
  })
})
