import { type Static, Type } from 'typebox'

const Count = Type.Integer({ minimum: 0 })

const counts = {
  packets: Count,
  /** As on the wire, outer Ethernet header included. */
  outerBytes: Count,
  /** Of the mirrored frames. */
  innerBytes: Count,
  /** Flows that began, well-formed ones only. */
  flows: Count,
  transactions: Type.Object({ http: Count, tls: Count, dns: Count }),
  alerts: Count,
}

export const TruthCounts = Type.Object(counts)
export type TruthCounts = Static<typeof TruthCounts>

/**
 * What was sent, so what a lossless fleet must have seen. A transaction counts when the whole flow that carries it was
 * sent: HTTP requests with their responses, TLS handshakes, DNS queries (each is answered), alerts of the canary's rule.
 */
export const Truth = Type.Object({
  ...counts,
  /** Among the packets: those that no decoder should accept. They belong to no counted flow. */
  malformedPackets: Count,
  /** Flows cut off, or with a frame that the kernel refused. 0: every number is exact; else transactions are the least. */
  unfinishedFlows: Count,
  /** With `--target` the kernel writes this host's address into the envelopes instead. */
  bySource: Type.Array(Type.Object({ source: Type.String(), virtualNetworkId: Count, ...counts })),
  byVirtualNetwork: Type.Array(Type.Object({ virtualNetworkId: Count, ...counts })),
})
export type Truth = Static<typeof Truth>

export const noCounts = (): TruthCounts => ({
  packets: 0,
  outerBytes: 0,
  innerBytes: 0,
  flows: 0,
  transactions: { http: 0, tls: 0, dns: 0 },
  alerts: 0,
})

export function addCounts(one: TruthCounts, other: TruthCounts): TruthCounts {
  return {
    packets: one.packets + other.packets,
    outerBytes: one.outerBytes + other.outerBytes,
    innerBytes: one.innerBytes + other.innerBytes,
    flows: one.flows + other.flows,
    transactions: {
      http: one.transactions.http + other.transactions.http,
      tls: one.transactions.tls + other.transactions.tls,
      dns: one.transactions.dns + other.transactions.dns,
    },
    alerts: one.alerts + other.alerts,
  }
}

/** What one part of a run sent through one source. */
export interface SourceCounts {
  readonly source: string
  readonly virtualNetworkId: number
  readonly malformedPackets: number
  readonly unfinishedFlows: number
  readonly counts: TruthCounts
}

/** Adds up the parts of a run: several workers send through the same source. */
export function toTruth(parts: readonly SourceCounts[]): Truth {
  const sum = (key: 'malformedPackets' | 'unfinishedFlows') => parts.reduce((total, part) => total + part[key], 0)
  return {
    ...parts.reduce((total, { counts }) => addCounts(total, counts), noCounts()),
    malformedPackets: sum('malformedPackets'),
    unfinishedFlows: sum('unfinishedFlows'),
    bySource: group(parts, ({ source, virtualNetworkId }) => `${source} ${virtualNetworkId}`).map(
      ([first, counts]) => ({
        source: first.source,
        virtualNetworkId: first.virtualNetworkId,
        ...counts,
      }),
    ),
    byVirtualNetwork: group(parts, ({ virtualNetworkId }) => `${virtualNetworkId}`).map(([first, counts]) => ({
      virtualNetworkId: first.virtualNetworkId,
      ...counts,
    })),
  }
}

function group(parts: readonly SourceCounts[], toKey: (part: SourceCounts) => string): [SourceCounts, TruthCounts][] {
  const groups = new Map<string, [SourceCounts, TruthCounts]>()
  for (const part of parts) {
    const key = toKey(part)
    const [first, counts] = groups.get(key) ?? [part, noCounts()]
    groups.set(key, [first, addCounts(counts, part.counts)])
  }
  return [...groups.values()]
}
