import { describe, expect, it } from 'vitest'
import { decodeEventQuery } from '../../../../infra/local/console/event-query.ts'

const decode = (query: string) => decodeEventQuery(new URLSearchParams(query))

describe('decodeEventQuery', () => {
  it.each([
    ['', {}],
    ['host=&source=%20&vni=', {}],
    ['host=a&source=source-1&vni=0&protocol=dns', { host: 'a', source: 'source-1', vni: 0, protocol: 'dns' }],
    ['vni=16777215', { vni: 0xff_ffff }],
  ])('reads "%s"', (query, filter) => {
    expect(decode(query)).toEqual({ ok: true, filter })
  })

  it.each([
    ['vni=16777216', 'vni: got "16777216", allowed is 0..16777215'],
    ['vni=-1', 'vni: got "-1", allowed is 0..16777215'],
    ['protocol=ssh', 'protocol: got "ssh", allowed is http, tls, dns, alert'],
    ['hots=a', 'got "hots", allowed are host, source, vni, protocol'],
    ['vni=1&vni=2', 'vni: given twice, allowed is once'],
  ])('refuses "%s", naming the field', (query, complaint) => {
    expect(decode(query)).toEqual({ ok: false, complaints: [complaint] })
  })

  it.each(['host', 'source'])('takes as many characters in %s as an event has, of whatever script', (name) => {
    for (const character of ['a', 'é', '𝒳']) {
      const most = character.repeat(256)
      expect(decode(`${name}=${most}`)).toEqual({ ok: true, filter: { [name]: most } })
      const complaints = [`${name}: allowed are 256 characters`]
      expect(decode(`${name}=${most}${character}`)).toEqual({ ok: false, complaints })
    }
  })

  it('tells all that is wrong at once', () => {
    const decoded = decode('vni=x&protocol=y&z=1')
    expect(decoded.ok ? [] : decoded.complaints).toHaveLength(3)
  })
})
