import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { addCounts, noCounts, type SourceCounts, Truth, toTruth } from '../../load/truth.ts'

const part = (source: string, virtualNetworkId: number, packets: number): SourceCounts => ({
  ...{ source, virtualNetworkId, malformedPackets: 1, unfinishedFlows: 0 },
  counts: { ...noCounts(), packets, transactions: { http: packets, tls: 0, dns: 0 } },
})

describe('the truth', () => {
  it('adds up the parts that several workers sent through the same sources', () => {
    const truth = toTruth([part('a', 1, 10), part('b', 1, 20), part('a', 1, 3), part('c', 2, 4)])
    expect(truth).toMatchObject({ packets: 37, malformedPackets: 4, transactions: { http: 37, tls: 0, dns: 0 } })
    expect(truth.bySource.map(({ source, packets }) => [source, packets])).toEqual([
      ['a', 13],
      ['b', 20],
      ['c', 4],
    ])
    expect(truth.byVirtualNetwork.map(({ virtualNetworkId, packets }) => [virtualNetworkId, packets])).toEqual([
      [1, 33],
      [2, 4],
    ])
    expect(Value.Errors(Truth, truth)).toEqual([])
  })

  it('of nothing is nothing', () => expect(toTruth([])).toMatchObject({ ...noCounts(), bySource: [] }))

  it('adds every count', () => {
    const ones = {
      packets: 1,
      outerBytes: 1,
      innerBytes: 1,
      flows: 1,
      transactions: { http: 1, tls: 1, dns: 1 },
      alerts: 1,
    }
    const twos = {
      packets: 2,
      outerBytes: 2,
      innerBytes: 2,
      flows: 2,
      transactions: { http: 2, tls: 2, dns: 2 },
      alerts: 2,
    }
    expect(addCounts(ones, ones)).toEqual(twos)
  })
})
