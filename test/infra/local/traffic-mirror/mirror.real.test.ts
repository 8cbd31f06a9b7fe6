import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileMirror, OUTER_BYTES } from '../../../../infra/local/traffic-mirror/mirror.ts'
import { sendToPcap } from '../../../../load/send/pcap.ts'
import { type FrameFields, toFrame } from '../../../support/frame.ts'
import { mirrorSession, mirrorSettings } from '../../../support/mirror-settings.ts'

const everything = ['0.0.0.0/0', '::/0'].map((cidr, index) => ({
  ...({ direction: 'egress', number: index + 1, action: 'accept' } as const),
  ...{ sourceCidr: cidr, destinationCidr: cidr },
}))
const settings = mirrorSettings({
  sessions: [mirrorSession({ virtualNetworkId: 43981, filter: { rules: everything, networkServices: [] } })],
})
const frames = [
  { source: '198.18.0.11', destination: '198.19.0.80', protocol: 6 },
  { source: '198.18.0.11', destination: '198.19.0.80', protocol: 17, payloadBytes: 33 },
  { source: 'fd00:18::11', destination: 'fd00:19::80', protocol: 6, payloadBytes: 1400 },
  { source: 'fd00:18::11', destination: 'fd00:19::80', protocol: 17, payloadBytes: 8 },
] as const satisfies FrameFields[]

const folder = mkdtempSync(join(tmpdir(), 'mft-mirror-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** One line for each packet, one column for each field; of a field that occurs twice, both values, outer first. */
function readFields(...fields: string[]): string[][] {
  const checks = ['ip', 'udp', 'tcp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`])
  const columns = fields.flatMap((field) => ['-e', field])
  const args = ['-r', join(folder, 'mirrored.pcap'), ...checks, '-T', 'fields', ...columns]
  const lines = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
}

beforeAll(() => {
  const mirror = compileMirror(settings)
  const outer = frames.map((fields, index) => {
    const { view, offset, bytes } = toFrame(fields, OUTER_BYTES)
    const outerBytes = mirror(view, offset, bytes, 'egress')
    return {
      atNanoseconds: 1_700_000_000_000_000_000n + BigInt(index),
      frame: new Uint8Array(view.buffer, 0, outerBytes),
    }
  })
  sendToPcap(join(folder, 'mirrored.pcap'), outer)
})

describe('tshark reads what the mirror wrote', () => {
  it('as VXLAN of the session, from the source to the target', () => {
    const lines = readFields('vxlan.vni', 'vxlan.flags', 'ip.src', 'ip.dst', 'udp.dstport')
    const outer = lines.map(([vni, flags, source, destination, port]) => [
      ...[vni, flags, source?.split(',')[0], destination?.split(',')[0], port?.split(',')[0]],
    ])
    expect(outer).toEqual(frames.map(() => ['43981', '0x0800', '198.18.0.11', '198.18.1.10', '4789']))
  })

  it('with TTL 255, identification 0, no flags, and a header checksum that is good', () => {
    const first = (value: string | undefined) => value?.split(',')[0]
    const lines = readFields('ip.ttl', 'ip.id', 'ip.flags.df', 'ip.dsfield', 'ip.checksum.status')
    expect(lines.map((line) => line.map(first))).toEqual(frames.map(() => ['255', '0x0000', '0', '0x00', '1']))
  })

  it('with no outer UDP checksum, and one of the 128 ports', () => {
    for (const [checksum, port] of readFields('udp.checksum', 'udp.srcport')) {
      expect(checksum?.split(',')[0]).toBe('0x0000')
      expect(Number(port?.split(',')[0])).toBeGreaterThanOrEqual(65408)
    }
  })

  it('around inner packets whose checksums are good: those of our own encoders', () => {
    const inner = readFields('tcp.checksum.status', 'udp.checksum.status').map(
      ([tcp, udp]) => tcp || udp?.split(',')[1],
    )
    expect(inner).toEqual(frames.map(() => '1'))
  })

  it('around inner addresses that are those of the packets', () => {
    const inner = readFields('ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst').map(
      ([source, destination, source6, destination6]) => [
        ...[source6 || source?.split(',')[1], destination6 || destination?.split(',')[1]],
      ],
    )
    expect(inner).toEqual(frames.map(({ source, destination }) => [source, destination]))
  })

  it('without a malformed packet or a length that does not fit', () => {
    expect(readFields('_ws.malformed', '_ws.expert.message').flat().join('')).not.toMatch(/malformed|length/i)
  })
})
