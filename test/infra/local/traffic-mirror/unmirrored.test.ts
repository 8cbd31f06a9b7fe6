import { describe, expect, it } from 'vitest'
import { isUnmirrored } from '../../../../infra/local/traffic-mirror/unmirrored.ts'
import { toPacket } from '../../../support/traffic-mirror-packet.ts'

describe('traffic that is never mirrored', () => {
  it.each([
    ['instance metadata', { destination: '169.254.169.254', protocol: 6 }],
    ['a reply of instance metadata', { source: '169.254.169.254', destination: '198.18.0.11', protocol: 6 }],
    ['Amazon time sync', { destination: '169.254.169.123', destinationPort: 123 }],
    ['time sync over IPv6', { source: 'fd00:18::1', destination: 'fd00:ec2::123', destinationPort: 123 }],
    ['neighbours over IPv6', { source: 'fe80::1', destination: 'ff02::1', protocol: 58 }],
    ['a DHCP request', { source: '0.0.0.0', sourcePort: 68, destination: '255.255.255.255', destinationPort: 67 }],
    ['a DHCP reply', { sourcePort: 67, destinationPort: 68 }],
    ['DHCP over IPv6', { source: 'fd00:18::1', sourcePort: 546, destinationPort: 547 }],
  ])('includes %s', (_what, fields) => expect(isUnmirrored(toPacket(fields))).toBe(true))

  it.each([
    ['NTP to a public server', { destination: '198.19.0.123', destinationPort: 123 }],
    ['a client that happens to use port 68', { sourcePort: 68, destinationPort: 443 }],
    ['TCP between the ports of DHCP', { protocol: 6, sourcePort: 68, destinationPort: 67 }],
    ['addresses next to link-local', { source: '169.253.255.255', destination: '169.255.0.0' }],
  ])('does not include %s', (_what, fields) => expect(isUnmirrored(toPacket(fields))).toBe(false))
})
