import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileFilter, type TrafficMirrorFilter } from '../../../../infra/local/traffic-mirror/filter.ts'
import { compileResolver } from '../../../../infra/local/traffic-mirror/resolver.ts'
import { type TrafficMirrorFilterRule, toInternetTraffic } from '../../../../infra/traffic-mirror-filter.ts'
import type { FrameFields } from '../../../support/frame.ts'
import { toPacket } from '../../../support/traffic-mirror-packet.ts'

const resolver = compileResolver('198.18.0.2')
const rule = (fields: Partial<TrafficMirrorFilterRule> = {}): TrafficMirrorFilterRule => ({
  direction: 'egress',
  number: 10,
  action: 'accept',
  sourceCidr: '0.0.0.0/0',
  destinationCidr: '0.0.0.0/0',
  ...fields,
})
const mirrors = (
  rules: readonly TrafficMirrorFilterRule[],
  fields: FrameFields = {},
  direction: 'ingress' | 'egress' = 'egress',
  networkServices: TrafficMirrorFilter['networkServices'] = [],
) => compileFilter({ rules: [...rules], networkServices }, resolver)(toPacket(fields), direction)

describe('the order of rules', () => {
  it('mirrors nothing without a rule', () => expect(mirrors([])).toBe(false))

  it('mirrors nothing when no rule matches', () => expect(mirrors([rule({ protocol: 6 })])).toBe(false))

  it('lets the lowest number decide, whatever the order in which rules are given', () => {
    const accept = rule({ number: 20 })
    const reject = rule({ number: 10, action: 'reject' })
    expect(mirrors([accept, reject])).toBe(false)
    expect(mirrors([reject, accept])).toBe(false)
    expect(mirrors([{ ...accept, number: 5 }, reject])).toBe(true)
  })

  it('compares numbers as numbers, not as text', () => {
    expect(mirrors([rule({ number: 100 }), rule({ number: 20, action: 'reject' })])).toBe(false)
  })

  it('passes over rules that do not match', () => {
    expect(mirrors([rule({ number: 1, action: 'reject', destinationCidr: '198.19.0.0/16' }), rule()])).toBe(true)
  })

  it('keeps the directions apart', () => {
    expect(mirrors([rule({ direction: 'ingress' })], {}, 'egress')).toBe(false)
    expect(mirrors([rule({ direction: 'ingress' })], {}, 'ingress')).toBe(true)
    expect(mirrors([rule({ direction: 'ingress', action: 'reject', number: 1 }), rule()], {}, 'egress')).toBe(true)
  })
})

describe('what a rule compares', () => {
  // Not to the resolver, which no rule decides about.
  const laterFragment = { destination: '198.18.0.12', fragmentOffset: 8 }
  const tcp = { protocol: 6, sourcePort: 40000, destinationPort: 443 }
  it.each([
    ['its protocol', rule({ protocol: 6 }), tcp, true],
    ['another protocol', rule({ protocol: 17 }), tcp, false],
    ['protocol 0, which is a protocol and not "all"', rule({ protocol: 0 }), tcp, false],
    ['the source', rule({ sourceCidr: '198.18.0.1/32' }), tcp, true],
    ['a source next to it', rule({ sourceCidr: '198.18.0.2/32' }), tcp, false],
    ['the destination', rule({ destinationCidr: '198.18.0.2/32' }), tcp, true],
    ['a destination next to it', rule({ destinationCidr: '198.18.0.1/32' }), tcp, false],
    ['the first port of a range', rule({ protocol: 6, destinationPorts: { fromPort: 443, toPort: 450 } }), tcp, true],
    ['the last port of a range', rule({ protocol: 6, destinationPorts: { fromPort: 400, toPort: 443 } }), tcp, true],
    ['a port below the range', rule({ protocol: 6, destinationPorts: { fromPort: 444, toPort: 450 } }), tcp, false],
    ['a port above the range', rule({ protocol: 6, destinationPorts: { fromPort: 1, toPort: 442 } }), tcp, false],
    ['the source port', rule({ protocol: 6, sourcePorts: { fromPort: 40000, toPort: 40000 } }), tcp, true],
    ['the wrong end’s port', rule({ protocol: 6, sourcePorts: { fromPort: 443, toPort: 443 } }), tcp, false],
    [
      'ports that a later fragment does not show',
      rule({ sourcePorts: { fromPort: 0, toPort: 65535 } }),
      laterFragment,
      false,
    ],
    ['a later fragment, when no ports are asked for', rule({ protocol: 17 }), laterFragment, true],
    ['IPv6 against an IPv4 rule', rule(), { source: 'fd00:18::1' }, false],
    [
      'IPv6 against its own rule',
      rule({ sourceCidr: '::/0', destinationCidr: '::/0' }),
      { source: 'fd00:18::1' },
      true,
    ],
    ['IPv4 against an IPv6 rule', rule({ sourceCidr: '::/0', destinationCidr: '::/0' }), tcp, false],
  ])('%s', (_what, given, fields, expected) => expect(mirrors([given], fields)).toBe(expected))
})

describe('network services', () => {
  const query = { source: '198.18.0.11', destination: '198.18.0.2', destinationPort: 53 }
  const reply = { source: '198.18.0.2', sourcePort: 53, destination: '198.18.0.11' }
  const rejectAll = [rule({ action: 'reject' }), rule({ action: 'reject', direction: 'ingress' })]
  const acceptAll = [rule(), rule({ direction: 'ingress' })]

  it('mirrors all of the resolver’s traffic with amazon-dns, even against a rule', () => {
    expect(mirrors(rejectAll, query, 'egress', ['amazon-dns'])).toBe(true)
    expect(mirrors(rejectAll, { ...query, protocol: 6 }, 'egress', ['amazon-dns'])).toBe(true)
    expect(mirrors([], reply, 'ingress', ['amazon-dns'])).toBe(true)
  })

  it('mirrors none of it without amazon-dns, even against a rule', () => {
    expect(mirrors(acceptAll, query, 'egress')).toBe(false)
    expect(mirrors(acceptAll, reply, 'ingress')).toBe(false)
  })

  it('counts the resolver’s link-local address as the resolver', () => {
    const elsewhere = { ...query, destination: '169.254.169.253' }
    expect(mirrors(rejectAll, elsewhere, 'egress', ['amazon-dns'])).toBe(true)
    expect(mirrors(acceptAll, elsewhere, 'egress')).toBe(false)
  })

  it('leaves DNS with another server to the rules', () => {
    expect(mirrors(rejectAll, { ...query, destination: '198.19.0.53' }, 'egress', ['amazon-dns'])).toBe(false)
    expect(mirrors(acceptAll, { ...query, destination: '198.19.0.53' }, 'egress')).toBe(true)
  })

  it('cannot be asked for link-local traffic by any rule', () => {
    expect(mirrors(acceptAll, { destination: '169.254.169.254', protocol: 6 }, 'egress', ['amazon-dns'])).toBe(false)
  })
})

describe('the filter "InternetTraffic"', () => {
  const internet = toInternetTraffic('198.18.0.0/16')
  it.each([
    ['out to the internet', 'egress', '198.18.0.11', '198.19.0.80', true],
    ['in from the internet', 'ingress', '198.19.0.80', '198.18.0.11', true],
    ['out to a neighbour', 'egress', '198.18.0.11', '198.18.0.12', false],
    ['in from a neighbour', 'ingress', '198.18.0.12', '198.18.0.11', false],
  ] as const)('%s', (_what, direction, source, destination, expected) =>
    expect(mirrors(internet, { source, destination }, direction)).toBe(expected),
  )
})

describe('first match wins', () => {
  it('agrees with a filter that is read row by row, for any table', () => {
    const cidr = fc.constantFrom('0.0.0.0/0', '198.18.0.0/15', '198.18.0.0/16', '198.18.0.1/32', '198.19.0.0/16')
    const anyRule = fc.record({
      direction: fc.constantFrom('ingress', 'egress'),
      number: fc.integer({ min: 1, max: 50 }),
      action: fc.constantFrom('accept', 'reject'),
      sourceCidr: cidr,
      destinationCidr: cidr,
    } as const)
    const rules = fc.uniqueArray(anyRule, {
      maxLength: 10,
      selector: ({ direction, number }) => `${direction}${number}`,
    })
    const address = fc.constantFrom('198.18.0.1', '198.18.9.9', '198.19.0.1', '192.0.2.1')
    fc.assert(
      fc.property(rules, address, address, fc.constantFrom('ingress', 'egress'), (table, source, destination, side) => {
        const alone = table
          .filter((row) => row.direction === side)
          .sort((a, b) => a.number - b.number)
          .find((row) => mirrors([{ ...row, action: 'accept' }], { source, destination }, side))
        expect(mirrors(table, { source, destination }, side)).toBe(alone?.action === 'accept')
      }),
      { numRuns: 500 },
    )
  })
})
