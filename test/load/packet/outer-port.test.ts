import { describe, expect, it } from 'vitest'
import { emptyFiveTuple } from '../../../load/packet/five-tuple.ts'
import { awsOuterPorts, hashOuterPort } from '../../../load/packet/outer-port.ts'

const flow = (port: number) => ({
  ...emptyFiveTuple(),
  protocol: 6,
  hasPorts: true,
  sourcePort: port,
  destinationPort: 80,
})
const portsIn = (range: { first: number; count: number }) =>
  new Set(Array.from({ length: 2000 }, (_, n) => hashOuterPort(flow(n + 1024), range)))

/** That it spreads evenly and is symmetric: test/infra/local/traffic-mirror/outer-port.test.ts. */
describe('hashOuterPort', () => {
  it.each([[awsOuterPorts], [{ first: 49152, count: 100 }], [{ first: 65408, count: 2 }], [{ first: 1, count: 1 }]])(
    'uses all of %o and nothing else',
    (range) => {
      expect([...portsIn(range)].sort((a, b) => a - b)).toEqual(
        Array.from({ length: range.count }, (_, n) => range.first + n),
      )
    },
  )
})
