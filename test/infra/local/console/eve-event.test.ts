import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toAuditEvent } from '../../../../infra/local/console/eve-event.ts'

const common = {
  timestamp: '2026-11-26T08:27:56.913291+0000',
  src_ip: '198.18.0.12',
  src_port: 60246,
  dest_ip: '198.19.0.80',
  dest_port: 80,
}
const mirror = (addresses: readonly string[]) =>
  addresses.includes('198.18.0.12') ? { source: 'source-2', vni: 7 } : null
const read = (event: object, toMirror: typeof mirror = mirror) =>
  toAuditEvent({ sensor: 'sensor-1', text: JSON.stringify(event) }, toMirror)

describe('toAuditEvent', () => {
  it('tells who asked whom for what, and from which source it was mirrored', () => {
    const http = { hostname: 'www.example.test', url: '/a?b', http_method: 'GET', status: 200 }
    expect(read({ ...common, event_type: 'http', http })).toEqual({
      time: common.timestamp,
      sensor: 'sensor-1',
      protocol: 'http',
      source: 'source-2',
      client: '198.18.0.12:60246',
      server: '198.19.0.80:80',
      vni: 7,
      host: 'www.example.test',
      detail: 'GET /a?b 200',
    })
  })

  it.each([
    ['tls', { tls: { sni: 'a.test', version: 'TLS 1.3' } }, 'a.test', 'TLS 1.3'],
    ['dns', { dns: { type: 'query', rrname: 'b.test', rrtype: 'A' } }, 'b.test', 'A'],
    ['dns', { dns: { type: 'request', queries: [{ rrname: 'c.test', rrtype: 'AAAA' }] } }, 'c.test', 'AAAA'],
    ['alert', { alert: { signature: 'bad', severity: 1 }, http: { hostname: 'd.test' } }, 'd.test', 'bad'],
    ['alert', { alert: { signature: 'bad' }, tls: { sni: 'e.test' } }, 'e.test', 'bad'],
    ['alert', { alert: { signature: 'bad' }, dns: { version: 2, query: [{ rrname: 'f.test' }] } }, 'f.test', 'bad'],
    ['alert', { alert: { signature: 'bad' }, dns: { version: 3, queries: [{ rrname: 'g.test' }] } }, 'g.test', 'bad'],
    ['alert', { alert: { signature: 'odd' }, http: { hostname: 7 }, dns: 'none' }, '', 'odd'],
    ['alert', { alert: { signature: 'worse' } }, '', 'worse'],
    ['http', { http: {} }, '', ''],
  ])('reads %s events, of Suricata 7 and 8: %j', (protocol, fields, host, detail) => {
    expect(read({ ...common, event_type: protocol, ...fields })).toMatchObject({ protocol, host, detail })
  })

  it('knows the VNI by the device that the packet came from, before what the source’s session says', () => {
    const event = { ...common, event_type: 'tls', tls: {} }
    expect(read({ ...event, in_iface: 'vni42' })?.vni).toBe(42)
    expect(read({ ...event, in_iface: 'eth0' })?.vni).toBe(7)
    expect(read({ ...event, in_iface: 'eth0' }, () => null)).toMatchObject({ vni: null, source: '198.18.0.12' })
  })

  it('writes IPv6 addresses as people read them', () => {
    const addresses = {
      src_ip: 'fd00:0018:0000:0000:0000:0000:c612:4005',
      dest_ip: '2001:0db8:0000:0000:0000:0000:0000:0001',
    }
    expect(read({ ...common, ...addresses, event_type: 'tls', tls: {} })).toMatchObject({
      source: 'fd00:18::c612:4005',
      client: '[fd00:18::c612:4005]:60246',
      server: '[2001:db8::1]:80',
    })
  })

  it('keeps hostile text as it is, but not more of it than a page can hold', () => {
    const hostname = `<img src=x onerror=alert(1)>\u202e${'𝒳'.repeat(5000)}`
    const host = read({ ...common, event_type: 'http', http: { hostname } })?.host ?? ''
    expect(host.startsWith('<img src=x onerror=alert(1)>\u202e𝒳')).toBe(true)
    expect([...host]).toHaveLength(256)
    expect(host.isWellFormed()).toBe(true)
  })

  it.each(['x', 'é', '𝒳'])('cuts what is longer than 256 characters, and marks that it did: %s', (character) => {
    const hostOf = (length: number) =>
      read({ ...common, event_type: 'http', http: { hostname: character.repeat(length) } })?.host
    expect(hostOf(256)).toBe(character.repeat(256))
    for (const length of [257, 258, 300, 5000]) expect(hostOf(length)).toBe(`${character.repeat(255)}…`)
  })

  it('keeps what is short enough as it is, and of the rest a beginning, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 700, size: 'max' }), (signature) => {
        const detail = read({ ...common, event_type: 'alert', alert: { signature } })?.detail ?? ''
        const characters = [...signature]
        expect(detail).toBe(characters.length <= 256 ? signature : `${characters.slice(0, 255).join('')}…`)
      }),
    )
  })

  it.each([
    ['answers to queries', JSON.stringify({ ...common, event_type: 'dns', dns: { type: 'answer', rrname: 'a' } })],
    ['other events', JSON.stringify({ ...common, event_type: 'flow' })],
    ['a line that is being written', '{"timestamp":"x","event_type":"http","http":{'],
    ['an event without addresses', JSON.stringify({ event_type: 'http', http: {} })],
    ['no JSON', 'event_type":"http"'],
  ])('passes over %s', (_, text) => {
    expect(toAuditEvent({ sensor: 'sensor-1', text }, mirror)).toBeNull()
  })

  it('throws for nothing that a log may hold', () => {
    const value = fc.jsonValue()
    fc.assert(
      fc.property(
        fc.constantFrom('http', 'tls', 'dns', 'alert'),
        value,
        value,
        fc.nat(400),
        (type, content, address, cut) => {
          const event = { ...common, src_ip: address, event_type: type, [type]: content }
          const text = JSON.stringify(event)
          toAuditEvent({ sensor: 'sensor-1', text }, mirror)
          toAuditEvent({ sensor: 'sensor-1', text: text.slice(0, cut) }, mirror)
        },
      ),
    )
  })
})
