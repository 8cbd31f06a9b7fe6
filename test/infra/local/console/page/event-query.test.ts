import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEventQuery } from '../../../../../infra/local/console/event-query.ts'
import {
  toComplaint,
  toComplaintsByField,
  toFieldOf,
  toFields,
  toMatchedWords,
  toSearch,
} from '../../../../../infra/local/console/page/event-query.ts'

describe('filter of the events', () => {
  it('comes back from an address as it went in, whatever was typed', () => {
    const text = fc.string({ unit: 'grapheme' }).map((typed) => typed.trim())
    fc.assert(
      fc.property(fc.record({ host: text, source: text, vni: text, protocol: text }), (fields) => {
        const address = new URLSearchParams(toSearch(fields))
        expect(toFields((name) => address.get(name))).toEqual(fields)
      }),
    )
  })

  it('asks for nothing where nothing is typed', () => {
    expect(toSearch({ host: ' ', source: '', vni: '', protocol: '' })).toBe('')
    expect(toSearch({ host: 'a&b', source: '', vni: '7', protocol: '' })).toBe('?host=a%26b&vni=7')
  })

  it.each([
    ['vni: got "host", allowed is 0..16777215', 'vni'],
    ['protocol: got "vni: 7", allowed is http, tls, dns, alert', 'protocol'],
    ['got "hosts", allowed are host, source, vni, protocol', null],
    ['the host is tired', null],
  ])('puts %s beside the field that it is about, whatever was typed', (complaint, name) => {
    expect(toFieldOf(complaint)).toBe(name)
  })

  it('puts each of several complaints beside its field, as the server joins them', () => {
    const query = new URLSearchParams(`host=${'x'.repeat(257)}&vni=7; host: x&protocol=vni&what=host`)
    query.append('vni', '7')
    const decoded = decodeEventQuery(query)
    const complaints = decoded.ok ? [] : decoded.complaints
    expect(complaints).toHaveLength(5)
    expect([...toComplaintsByField(complaints.join('\n'))]).toEqual([
      [null, 'got "what", allowed are host, source, vni, protocol'],
      ['vni', 'vni: given twice, allowed is once; vni: got "7; host: x", allowed is 0..16777215'],
      ['host', 'host: allowed are 256 characters'],
      ['protocol', 'protocol: got "vni", allowed is http, tls, dns, alert'],
    ])
  })

  it.each([
    ['{"message":"vni is \\"x\\""}', 'vni is "x"'],
    ['{"error":"no"}', 'no'],
    ['"no"', 'no'],
    ['not now', 'not now'],
    ['', 'the console answered with status 409'],
    ['{}', 'the console answered with status 409'],
  ])('finds the complaint in %s', (body, words) => expect(toComplaint(409, body)).toBe(words))

  it('says how many match, of how many', () => {
    expect(toMatchedWords({ matched: 0, kept: 0 }, 0)).toBe('No event yet.')
    expect(toMatchedWords({ matched: 5, kept: 5 }, 5)).toBe('5 kept')
    expect(toMatchedWords({ matched: 300, kept: 1000 }, 200)).toBe('300 of 1000 kept match; the newest 200 shown')
  })
})
