import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toOuterPort } from '../../../../infra/local/traffic-mirror/outer-port.ts'
import { compileResolver } from '../../../../infra/local/traffic-mirror/resolver.ts'
import { emptyFiveTuple, type FiveTuple } from '../../../../load/packet/five-tuple.ts'
import type { FrameFields } from '../../../support/frame.ts'
import { toPacket } from '../../../support/traffic-mirror-packet.ts'

const resolver = compileResolver('198.18.0.2')
const portOf = (packet: FiveTuple) => toOuterPort(packet, resolver)
const outerPort = (fields: FrameFields) => portOf(toPacket(fields))

const int32 = fc.integer({ min: -0x80000000, max: 0x7fffffff })
const endpoint = fc.record({ words: fc.tuple(int32, int32, int32, int32), port: fc.nat(65535) })
const toTuple = (protocol: number, from: EndPoint, to: EndPoint): FiveTuple => ({
  ...emptyFiveTuple(),
  ...{ version: 6, protocol, hasPorts: true, source: from.words, sourcePort: from.port },
  ...{ destination: to.words, destinationPort: to.port },
})
type EndPoint = { words: [number, number, number, number]; port: number }

/** Numerical Recipes' generator: the spread below is of one fixed, repeatable set of flows. */
function* dice(seed: number): Generator<number, never> {
  let state = seed
  while (true) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state
  }
}

const spread = (ports: readonly number[]) => {
  const counts = new Map<number, number>()
  for (const port of ports) counts.set(port, (counts.get(port) ?? 0) + 1)
  return { used: counts.size, most: Math.max(...counts.values()) }
}

describe('the outer source port', () => {
  it('is the same for both directions, and between 65408 and 65535, for any flow', () => {
    fc.assert(
      fc.property(fc.nat(255), endpoint, endpoint, (protocol, one, other) => {
        const port = portOf(toTuple(protocol, one, other))
        expect(portOf(toTuple(protocol, other, one))).toBe(port)
        expect(port).toBeGreaterThanOrEqual(65408)
        expect(port).toBeLessThanOrEqual(65535)
      }),
    )
  })

  it('uses nearly all of the 128 ports evenly for 1000 random flows', () => {
    const random = dice(1)
    const next = () => random.next().value
    const flows = Array.from({ length: 1000 }, () => ({
      source: `198.18.${next() % 256}.${(next() >>> 8) % 256}`,
      sourcePort: 1024 + (next() % 60000),
    }))
    const { used, most } = spread(flows.map((flow) => outerPort({ ...flow, protocol: 6 })))
    // Even dice leave 0.05 ports unused and load the fullest with 19 flows, on average.
    expect(used).toBeGreaterThanOrEqual(125)
    expect(most).toBeLessThanOrEqual(24)
  })

  it.each([
    ['successive ports of one client', (n: number) => ({ sourcePort: 32768 + n })],
    ['successive clients of one port', (n: number) => ({ source: `198.18.${n >> 8}.${n & 255}`, sourcePort: 5000 })],
    ['successive ports over IPv6', (n: number) => ({ source: 'fd00:18::1', sourcePort: 32768 + n })],
  ])('spreads %s as well as random flows', (_what, flow) => {
    const { used, most } = spread(Array.from({ length: 1000 }, (_, n) => outerPort(flow(n))))
    expect(used).toBeGreaterThanOrEqual(125)
    expect(most).toBeLessThanOrEqual(24)
  })

  it('depends on which port belongs to which address', () => {
    const flows = Array.from({ length: 100 }, (_, n) => n + 1000)
    const straight = flows.map((port) => outerPort({ sourcePort: port, destinationPort: 80 }))
    const swapped = flows.map((port) => outerPort({ sourcePort: 80, destinationPort: port }))
    expect(straight.filter((port, n) => port === swapped[n]).length).toBeLessThan(10)
  })

  it('depends on the protocol', () => {
    const flows = Array.from({ length: 100 }, (_, n) => ({ sourcePort: n + 1000 }))
    const same = flows.filter((flow) => outerPort({ ...flow, protocol: 6 }) === outerPort({ ...flow, protocol: 17 }))
    expect(same.length).toBeLessThan(10)
  })

  it('is one for all packets of two hosts that show no ports', () => {
    const ports = [1000, 2000, 3000].map((sourcePort) => outerPort({ sourcePort, fragmentOffset: 1480 }))
    expect(new Set(ports).size).toBe(1)
    expect(outerPort({ source: '198.18.0.2', destination: '198.18.0.1', protocol: 1 })).toBe(outerPort({ protocol: 1 }))
  })

  it('is 65408 for every reply of the VPC resolver, and hashed for its queries', () => {
    const clients = Array.from({ length: 50 }, (_, n) => n + 40000)
    const replies = clients.map((port) =>
      outerPort({ source: '198.18.0.2', sourcePort: 53, destination: '198.18.0.11', destinationPort: port }),
    )
    const queries = clients.map((port) =>
      outerPort({ source: '198.18.0.11', sourcePort: port, destination: '198.18.0.2', destinationPort: 53 }),
    )
    expect(new Set(replies)).toEqual(new Set([65408]))
    expect(spread(queries).used).toBeGreaterThan(25)
  })
})
