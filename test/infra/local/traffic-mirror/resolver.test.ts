import { describe, expect, it } from 'vitest'
import { compileResolver } from '../../../../infra/local/traffic-mirror/resolver.ts'
import { toPacket } from '../../../support/traffic-mirror-packet.ts'

const resolver = compileResolver('198.18.0.2')
const query = { source: '198.18.0.11', sourcePort: 40000, destination: '198.18.0.2', destinationPort: 53 }
const reply = { source: '198.18.0.2', sourcePort: 53, destination: '198.18.0.11', destinationPort: 40000 }

describe('the resolver', () => {
  it.each([
    ['a query', query, true, false],
    ['a query over TCP', { ...query, protocol: 6 }, true, false],
    ['a reply', reply, true, true],
    ['a query to the address that is the same in every VPC', { ...query, destination: '169.254.169.253' }, true, false],
    ['a reply from there', { ...reply, source: '169.254.169.253' }, true, true],
    ['a query to the instance metadata', { ...query, destination: '169.254.169.254' }, false, false],
    ['a query over IPv6', { ...query, source: 'fd00:18::11', destination: 'fd00:ec2::253' }, true, false],
    ['a later fragment of a reply', { ...reply, fragmentOffset: 1480 }, true, false],
    ['a ping to the resolver', { ...query, protocol: 1 }, false, false],
    ['another port of the resolver', { ...query, destinationPort: 443 }, false, false],
    ['another DNS server', { ...query, destination: '198.19.0.53' }, false, false],
    [
      'a client that uses port 53 towards the resolver',
      { ...query, sourcePort: 53, destinationPort: 99 },
      false,
      false,
    ],
  ])('recognises %s', (_what, fields, isParty, isSender) => {
    expect(resolver.isPartyTo(toPacket(fields))).toBe(isParty)
    expect(resolver.isSenderOf(toPacket(fields))).toBe(isSender)
  })

  it('is no packet’s where there is none', () => {
    expect(compileResolver(null).isPartyTo(toPacket(query))).toBe(false)
    expect(compileResolver(null).isSenderOf(toPacket(reply))).toBe(false)
  })
})
