import type { FiveTuple } from '../../../load/packet/five-tuple.ts'
import type { FleetDescription } from '../../fleet.ts'
import type { TrafficMirrorFilterRule } from '../../traffic-mirror-filter.ts'
import { type AddressBlock, addressBlock, contains } from './address-block.ts'
import type { Resolver } from './resolver.ts'
import { isUnmirrored } from './unmirrored.ts'

export type TrafficMirrorFilter = FleetDescription['trafficMirrorFilter']
export type TrafficDirection = TrafficMirrorFilterRule['direction']

/** Whether the filter mirrors a packet, seen from the mirrored interface. */
export type FilterMatcher = (packet: FiveTuple, direction: TrafficDirection) => boolean

/** A rule with its texts turned into numbers once. */
interface CompiledRule {
  readonly accepts: boolean
  /** -1 is every protocol. */
  readonly protocol: number
  readonly source: AddressBlock
  readonly destination: AddressBlock
  readonly sourcePorts: CompiledPorts
  readonly destinationPorts: CompiledPorts
}

interface CompiledPorts {
  readonly from: number
  readonly to: number
  /** A rule that names ports does not match a packet that shows none, such as a later fragment. */
  readonly required: boolean
}

/**
 * AWS's semantics (EC2 API: CreateTrafficMirrorFilterRule, ModifyTrafficMirrorFilterNetworkServices):
 * rules of the packet's direction in ascending number, the first match decides, no match is not mirrored. Traffic of the
 * VPC's resolver is not for the rules to decide: with `amazon-dns` all of it is mirrored, without it none.
 */
export function compileFilter(filter: TrafficMirrorFilter, resolver: Resolver): FilterMatcher {
  const mirrorsDns = filter.networkServices.includes('amazon-dns')
  const rules = { ingress: compileRules(filter.rules, 'ingress'), egress: compileRules(filter.rules, 'egress') }
  return (packet, direction) => {
    if (resolver.isPartyTo(packet)) return mirrorsDns
    if (isUnmirrored(packet)) return false
    for (const rule of rules[direction]) if (matches(rule, packet)) return rule.accepts
    return false
  }
}

function compileRules(rules: readonly TrafficMirrorFilterRule[], direction: TrafficDirection): CompiledRule[] {
  return rules
    .filter((rule) => rule.direction === direction)
    .toSorted((left, right) => left.number - right.number)
    .map((rule) => ({
      accepts: rule.action === 'accept',
      protocol: rule.protocol ?? -1,
      source: addressBlock(rule.sourceCidr),
      destination: addressBlock(rule.destinationCidr),
      sourcePorts: compilePorts(rule.sourcePorts),
      destinationPorts: compilePorts(rule.destinationPorts),
    }))
}

function compilePorts(range: TrafficMirrorFilterRule['sourcePorts']): CompiledPorts {
  return { from: range?.fromPort ?? 0, to: range?.toPort ?? 65535, required: range !== undefined }
}

function matches(rule: CompiledRule, packet: FiveTuple): boolean {
  return (
    (rule.protocol === -1 || rule.protocol === packet.protocol) &&
    contains(rule.source, packet.version, packet.source) &&
    contains(rule.destination, packet.version, packet.destination) &&
    portMatches(rule.sourcePorts, packet.hasPorts, packet.sourcePort) &&
    portMatches(rule.destinationPorts, packet.hasPorts, packet.destinationPort)
  )
}

function portMatches(ports: CompiledPorts, hasPorts: boolean, port: number): boolean {
  return !ports.required || (hasPorts && ports.from <= port && port <= ports.to)
}
