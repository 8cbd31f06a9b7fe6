import type { AddressWords } from '../packet/address.ts'
import type { FlowSpec, Scenario } from '../scenario.ts'
import { toTcpBulkFlow, toUdpBulkFlow } from './bulk-flow.ts'
import { toCanaryFlow } from './canary-flow.ts'
import { createDice, type Dice } from './dice.ts'
import { toDnsFlow } from './dns-flow.ts'
import type { FlowScript } from './flow-script.ts'
import { toHttpFlow } from './http-flow.ts'
import type { Conversation } from './inner-frame.ts'
import { toOneDirection } from './one-direction.ts'
import { toTlsFlow } from './tls-flow.ts'

/**
 * A lane plays flows of one kind through one source, one after the other. As many lanes as flows are under way at once;
 * they take turns, packet by packet.
 */
export interface LanePlan {
  /** Index of the source. */
  readonly source: number
  /** null: every packet is malformed. */
  readonly script: FlowScript | null
  readonly variesIn: Conversation['variesIn']
  /** Last 32 bits of the address that varies, as it stands in the script. */
  readonly address: number
  /** Frames to wait in the first round, so that not all flows are at the same step. */
  readonly wait: number
}

/** A source's inner identity. */
export interface InnerSource {
  /** As in AddressWords: signed. */
  readonly ipv4: number
}

/** Room for the server addresses of many flows: 198.19.0.1 on. The resolver is the VPC's base address plus two. */
const SERVER_IPV4 = 0xc613_0001 | 0
const RESOLVER_IPV4 = 0xc612_0002 | 0
const SHARED_CLIENT_IPV4 = 0xc612_000a | 0
const IPV6_PREFIX = 0xfd00_0018 | 0
const ROUTER_MAC = 0x02_00_00_00_ff_fe
const serverPorts: Readonly<Record<FlowSpec['kind'], number>> = {
  ...{ http: 80, tls: 443, dns: 53, udp: 9000, tcp: 9001, canary: 9002, malformed: 9 },
}

/** The lanes of one of several workers. All workers' lanes together are the same for any number of them. */
export function planLanes(
  scenario: Scenario,
  sources: readonly InnerSource[],
  { worker, workers }: { worker: number; workers: number },
): LanePlan[] {
  const dice = createDice(scenario.seed)
  const lanes: LanePlan[] = []
  let index = 0
  for (const spec of interleave(scenario.flows)) {
    const source = index % sources.length
    // Thrown for every lane, so that a lane is the same whichever worker plays it.
    const seed = dice.below(0xffff_ffff)
    if (index % workers === worker) lanes.push(planLane(scenario, spec, { source, sources, dice: createDice(seed) }))
    index++
  }
  return lanes
}

/** One after the other in turn, so that the kinds are spread over the sources and over time. */
function interleave(specs: readonly FlowSpec[]): FlowSpec[] {
  const positions = specs.flatMap((spec) =>
    Array.from({ length: spec.concurrent }, (_, n) => ({ spec, at: (n + 0.5) / spec.concurrent })),
  )
  return positions.toSorted((one, other) => one.at - other.at).map(({ spec }) => spec)
}

function planLane(
  { sources: { sameInnerAddresses }, directions }: Scenario,
  spec: FlowSpec,
  { source, sources, dice }: { source: number; sources: readonly InnerSource[]; dice: Dice },
): LanePlan {
  const ipv4 = sameInnerAddresses ? SHARED_CLIENT_IPV4 : (sources[source]?.ipv4 ?? 0)
  const conversation = toConversation(spec, ipv4, source)
  const whole = toScript(spec, conversation, dice)
  const script = whole === null || directions === 'both' ? whole : toOneDirection(whole, directions === 'egress')
  const { variesIn } = conversation
  const words = conversation[variesIn].address
  const address = (conversation.version === 4 ? words[0] : words[3]) >>> 0
  return { source, script, variesIn, address, wait: dice.below(script?.frames.length ?? 1) }
}

function toConversation(spec: FlowSpec, clientIpv4: number, source: number): Conversation {
  const version = spec.kind === 'malformed' ? 4 : (spec.ipVersion ?? 4)
  const serverIpv4 = spec.kind === 'dns' ? RESOLVER_IPV4 : SERVER_IPV4
  const address = (ipv4: number): AddressWords => (version === 4 ? [ipv4, 0, 0, 0] : [IPV6_PREFIX, 0, 0, ipv4])
  return {
    version,
    client: { mac: 0x02_00_00_00_00_00 + source + 1, address: address(clientIpv4), port: 0 },
    server: { mac: ROUTER_MAC, address: address(serverIpv4), port: serverPorts[spec.kind] },
    variesIn: spec.kind === 'dns' ? 'client' : 'server',
  }
}

function toScript(spec: FlowSpec, conversation: Conversation, dice: Dice): FlowScript | null {
  const isn: [number, number] = [dice.below(0xffff_ffff), dice.below(0xffff_ffff)]
  switch (spec.kind) {
    case 'http':
      return toHttpFlow(conversation, isn, spec)
    case 'tls':
      return toTlsFlow(conversation, isn, dice.bytes, spec)
    case 'dns':
      return toDnsFlow(conversation, dice.below(0xffff))
    case 'udp':
      return toUdpBulkFlow(conversation, spec)
    case 'tcp':
      return toTcpBulkFlow(conversation, isn, spec)
    case 'canary':
      return toCanaryFlow(conversation)
    case 'malformed':
      return null
  }
}
