import { toIpv4Text } from '../packet/address-text.ts'
import { type Envelope, envelopeBytes } from '../packet/envelope.ts'
import type { SourceCounts } from '../truth.ts'
import { noTransactions } from './flow-script.ts'
import { IDLE, type LaneTable } from './lane-table.ts'

/** One part for each lane that has sent something. */
export function toSourceCounts(lanes: LaneTable, envelopes: readonly Envelope[]): SourceCounts[] {
  return lanes.plans.flatMap(({ script, source }, lane) => {
    const envelope = envelopes[source]
    const packets = lanes.packets[lane] ?? 0
    if (envelope === undefined || packets === 0) return []
    const outerBytes = lanes.byteLengths[lane] ?? 0
    const { http, tls, dns, alerts } = script?.transactions ?? noTransactions
    const finished = lanes.finished[lane] ?? 0
    const isUnfinished = lanes.next[lane] !== IDLE && lanes.isBroken[lane] === 0
    return {
      source: toIpv4Text(envelope.source),
      virtualNetworkId: envelope.virtualNetworkId,
      malformedPackets: script === null ? packets : 0,
      unfinishedFlows: (lanes.broken[lane] ?? 0) + (isUnfinished ? 1 : 0),
      counts: {
        packets,
        outerBytes,
        innerBytes: outerBytes - packets * envelopeBytes[envelope.encapsulation],
        flows: lanes.started[lane] ?? 0,
        transactions: { http: finished * http, tls: finished * tls, dns: finished * dns },
        alerts: finished * alerts,
      },
    }
  })
}
