import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEthernet } from '../../../load/packet/ethernet.ts'
import { decodeFiveTuple, emptyFiveTuple } from '../../../load/packet/five-tuple.ts'
import { addToChecksum, foldChecksum, internetChecksum } from '../../../load/packet/internet-checksum.ts'
import { decodeIpv4, ipProtocols, ipv4PseudoHeaderSum } from '../../../load/packet/ipv4.ts'
import { decodeIpv6, IPV6_BYTES, ipv6PseudoHeaderSum } from '../../../load/packet/ipv6.ts'
import { decodeTcp, tcpFlags } from '../../../load/packet/tcp.ts'
import type { Scenario } from '../../../load/scenario.ts'
import { findScenario, scenarios } from '../../../load/scenarios/catalogue.ts'
import { playFlows } from '../../support/flow-run.ts'

const ENVELOPE = 50

function scenario(name: string, changes: Partial<Scenario> = {}): Scenario {
  const found = findScenario(name)
  if (found === undefined) throw new Error(name)
  return { ...found, ...changes }
}

const viewOf = (frame: Uint8Array) => new DataView(frame.buffer, frame.byteOffset, frame.byteLength)

/** The inner packet of an outer frame, taken apart by the decoders. */
function inner(frame: Uint8Array) {
  const view = viewOf(frame)
  const ethernet = decodeEthernet(view, ENVELOPE, frame.length)
  if (ethernet === null) throw new Error('no Ethernet')
  const at = ethernet.payload
  const tuple = emptyFiveTuple()
  decodeFiveTuple(view, ENVELOPE, frame.length, tuple)
  const ipv4 = decodeIpv4(view, at, frame.length)
  const ipv6 = decodeIpv6(view, at, frame.length)
  const transport = at + (ipv4 === null ? IPV6_BYTES : ipv4.headerBytes)
  const length = frame.length - transport
  const pseudo =
    ipv4 === null
      ? ipv6PseudoHeaderSum(ipv6?.source ?? [0, 0, 0, 0], ipv6?.destination ?? [0, 0, 0, 0], tuple.protocol, length)
      : ipv4PseudoHeaderSum(ipv4.source, ipv4.destination, ipv4.protocol, length)
  return {
    ipChecksum: ipv4 === null ? 0 : internetChecksum(view, at, ipv4.headerBytes),
    transportChecksum: foldChecksum(addToChecksum(pseudo, view, transport, length)),
    tcp: tuple.protocol === ipProtocols.tcp ? decodeTcp(view, transport, frame.length) : null,
    payloadBytes: length - 20,
    from: `${tuple.source} ${tuple.sourcePort}`,
    to: `${tuple.destination} ${tuple.destinationPort}`,
    outerPort: view.getUint16(34),
    key: [`${tuple.source} ${tuple.sourcePort}`, `${tuple.destination} ${tuple.destinationPort}`].toSorted().join(' '),
  }
}

const wellFormed = scenarios.filter(({ name }) => name !== 'malformed').map(({ name }) => name)

describe('the packets of a scenario', () => {
  it.each(wellFormed)('%s: have right checksums, after every change of flow and every pass of a loop', (name) => {
    for (const frame of playFlows(scenario(name, { packets: 6000 })).frames) {
      const { ipChecksum, transportChecksum } = inner(frame)
      expect([ipChecksum, transportChecksum]).toEqual([0, 0])
      expect(internetChecksum(viewOf(frame), 14, 20)).toBe(0)
    }
  })

  it.each(['http-audit', 'imix', 'elephant', 'jumbo'])('%s: have sequence numbers without gap or overlap', (name) => {
    const next = new Map<string, number>()
    for (const frame of playFlows(scenario(name, { packets: 5000 })).frames) {
      const { tcp, payloadBytes, from, to } = inner(frame)
      if (tcp === null) continue
      const expected = next.get(`${from} ${to}`)
      if ((tcp.flags & tcpFlags.syn) === 0) expect(tcp.sequenceNumber).toBe(expected)
      if ((tcp.flags & tcpFlags.ack) !== 0) expect(tcp.acknowledgmentNumber).toBe(next.get(`${to} ${from}`))
      const step = (tcp.flags & (tcpFlags.syn | tcpFlags.fin)) === 0 ? 0 : 1
      next.set(`${from} ${to}`, (tcp.sequenceNumber + payloadBytes + step) >>> 0)
    }
  })

  it.each(['steady', 'malformed'])('%s: are the same bytes for the same seed, and others for another', (name) => {
    const hash = (seed: number) => {
      const sum = createHash('sha256')
      for (const frame of playFlows(scenario(name, { packets: 3000, seed })).frames) sum.update(frame)
      return sum.digest('hex')
    }
    expect(hash(7)).toBe(hash(7))
    expect(hash(8)).not.toBe(hash(7))
  })

  it('are the same for any size of batch', () => {
    const play = (capacity: number) => playFlows(scenario('elephant', { packets: 2000 }), { capacity }).frames
    expect(play(7)).toEqual(play(256))
  })

  it('have one outer port for both directions, but 65408 for a resolver’s replies', () => {
    const ports = new Map<string, Set<number>>()
    for (const frame of playFlows(scenario('steady', { packets: 6000 })).frames) {
      const { key, outerPort, from } = inner(frame)
      if (from.endsWith(' 53')) expect(outerPort).toBe(65408)
      else ports.set(key, (ports.get(key) ?? new Set()).add(outerPort))
    }
    expect([...ports.values()].filter((used) => used.size !== 1)).toEqual([])
    expect(new Set([...ports.values()].flatMap((used) => [...used])).size).toBeGreaterThan(100)
  })

  it('are of flows with names of their own, also when workers share the sources', () => {
    const parts = [0, 1, 2].map((worker) =>
      playFlows(scenario('steady', { packets: 3000 }), { part: { worker, workers: 3 } }),
    )
    const keys = parts.map(({ frames }) => new Set(frames.map((frame) => inner(frame).key)))
    const flows = parts.reduce((sum, { truth }) => sum + truth.flows, 0)
    expect(new Set(keys.flatMap((set) => [...set])).size).toBe(flows)
  })

  it('have the same five-tuples in both networks of two tenants', () => {
    const { frames } = playFlows(scenario('two-tenants', { packets: 3000 }))
    const keysOf = (id: number) =>
      new Set(frames.filter((frame) => viewOf(frame).getUint32(46) >>> 8 === id).map((frame) => inner(frame).key))
    const [one, other] = [keysOf(101), keysOf(102)]
    const shared = [...one].filter((key) => other.has(key))
    expect(shared.length).toBeGreaterThan(100)
    expect(shared.length).toBeGreaterThanOrEqual(Math.max(one.size, other.size) - 20)
  })
})

describe('a bounded run', () => {
  it('never sends more packets than asked, ends all flows it began, and counts what it sent', () => {
    const name = fc.constantFrom(...scenarios.map((known) => known.name))
    fc.assert(
      fc.property(
        name,
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 100 }),
        (which, packets, capacity) => {
          const { frames, truth } = playFlows(scenario(which, { packets }), { capacity })
          expect(frames.length).toBeLessThanOrEqual(packets)
          expect(truth.packets).toBe(frames.length)
          expect(truth.outerBytes).toBe(frames.reduce((sum, frame) => sum + frame.length, 0))
          expect(truth.unfinishedFlows).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('brings flows to their end when it is stopped, and begins no more', () => {
    const stopAt = (stream: { stop: () => void }, packets: number) => {
      if (packets === 2000) stream.stop()
    }
    for (const name of ['steady', 'elephant']) {
      const { frames, truth } = playFlows(scenario(name), { before: stopAt })
      expect(truth.unfinishedFlows).toBe(0)
      expect(frames.length).toBeGreaterThan(2000)
      expect(frames.length).toBeLessThan(12_000)
    }
  })

  it('counts no transaction of a flow of which a frame was refused', () => {
    const requests = { kind: 'http', concurrent: 1, requests: 1, responseBytes: 10, segmentBytes: 1000 } as const
    const { truth, stream } = playFlows(scenario('http-audit', { flows: [requests], packets: 100 }))
    const flows = truth.flows
    expect(truth.transactions.http).toBe(flows)
    stream.discount(0, 100)
    stream.discount(0, 100)
    const [counts] = stream.sourceCounts()
    expect(counts?.counts.transactions.http).toBe(flows - 1)
    expect(counts?.counts.packets).toBe(truth.packets - 2)
    expect(counts?.unfinishedFlows).toBe(1)
  })

  it('mirrors one direction only when asked, and then promises nothing but queries', () => {
    const { frames, truth } = playFlows(scenario('steady', { directions: 'egress', packets: 3000 }))
    expect(frames.filter((frame) => / (80|443|53|9000|9001)$/.test(inner(frame).from))).toEqual([])
    expect(truth.transactions).toMatchObject({ http: 0, tls: 0 })
    expect(truth.transactions.dns).toBeGreaterThan(10)
  })
})
