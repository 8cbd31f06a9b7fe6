import { type Static, Type } from 'typebox'
import { type Complaint, toGot } from './complaint.ts'
import { Cidr, closed } from './fleet-fields.ts'

const Port = Type.Integer({ minimum: 0, maximum: 65535 })
/** AWS: TrafficMirrorPortRange. Both ends belong to it. */
const PortRange = Type.Object({ fromPort: Port, toPort: Port }, closed)

/** One row of a traffic mirror filter. Rows are looked at per direction, in ascending number; the first match decides. */
export const TrafficMirrorFilterRule = Type.Object(
  {
    direction: Type.Enum(['ingress', 'egress']),
    number: Type.Integer({ minimum: 1, maximum: 32766 }),
    action: Type.Enum(['accept', 'reject']),
    /** IANA protocol number. @default - every protocol */
    protocol: Type.Optional(Type.Integer({ minimum: 0, maximum: 255 })),
    sourceCidr: Cidr,
    destinationCidr: Cidr,
    /** @default - every port. Only with protocol 6 (TCP) or 17 (UDP). */
    sourcePorts: Type.Optional(PortRange),
    destinationPorts: Type.Optional(PortRange),
  },
  closed,
)
export type TrafficMirrorFilterRule = Static<typeof TrafficMirrorFilterRule>

export const TrafficMirrorFilter = Type.Object(
  {
    /** A description may name one of `filterPresets` instead. @default - internet-only */
    rules: Type.Array(TrafficMirrorFilterRule, {
      minItems: 0,
      maxItems: 200,
      description: 'a list of rules, "internet-only" or "everything"',
    }),
    /** Mirrored whatever the rules say. @default - amazon-dns: the VPC's resolver, which otherwise is never mirrored */
    networkServices: Type.Array(Type.Enum(['amazon-dns']), { minItems: 0, maxItems: 1, default: ['amazon-dns'] }),
  },
  closed,
)
type TrafficMirrorFilter = Static<typeof TrafficMirrorFilter>

/** Rules of one filter; not adjustable (aws.md 1.5). */
const MAX_RULES = 10
const EVERYWHERE = '0.0.0.0/0'

/** The filter "InternetTraffic": what crosses the VPC's border, in both directions (AWS: mirror non-local VPC traffic). */
export function toInternetTraffic(...vpcCidrs: readonly string[]): TrafficMirrorFilterRule[] {
  const everywhere = { sourceCidr: EVERYWHERE, destinationCidr: EVERYWHERE }
  return (['ingress', 'egress'] as const).flatMap((direction) => {
    const far = direction === 'ingress' ? 'sourceCidr' : 'destinationCidr'
    const rejects = vpcCidrs.map((cidr) => ({ action: 'reject' as const, ...everywhere, [far]: cidr }))
    const rows = [...rejects, { action: 'accept' as const, ...everywhere }]
    return rows.map((row, index) => ({ direction, number: 10 * (index + 1), ...row }))
  })
}

/** Filters by name. Traffic inside the VPC is seen twice where both ends are sources (aws.md 0.9): `everything` is for one end. */
export const filterPresets: Readonly<Record<string, (vpcCidrs: readonly string[]) => TrafficMirrorFilterRule[]>> = {
  'internet-only': (vpcCidrs) => toInternetTraffic(...vpcCidrs),
  everything: () => toInternetTraffic(),
}

const TCP = 6
const UDP = 17

function judgePorts(rule: TrafficMirrorFilterRule, index: number): Complaint[] {
  return (['sourcePorts', 'destinationPorts'] as const).flatMap((field) => {
    const ports = rule[field]
    if (ports === undefined) return []
    const path = `trafficMirrorFilter.rules[${index}].${field}`
    const withPorts = rule.protocol === TCP || rule.protocol === UDP
    return [
      ...(withPorts ? [] : [{ path, got: toGot(ports), allowed: 'nothing unless protocol is 6 (TCP) or 17 (UDP)' }]),
      ...(ports.fromPort <= ports.toPort ? [] : [{ path, got: toGot(ports), allowed: 'fromPort up to toPort' }]),
    ]
  })
}

/** @returns every complaint about rows that do not fit together; each row alone is right already. */
export function judgeTrafficMirrorFilter({ rules, networkServices }: TrafficMirrorFilter): Complaint[] {
  const keys = rules.map(({ direction, number }) => `${direction} ${number}`)
  const path = (index: number) => `trafficMirrorFilter.rules[${index}]`
  const twice = keys.flatMap((key, index) =>
    keys.indexOf(key) < index
      ? [{ path: path(index), got: toGot(key), allowed: 'each number once per direction' }]
      : [],
  )
  const beyond = rules.slice(MAX_RULES).map((rule, index) => ({
    path: path(MAX_RULES + index),
    got: `rule ${MAX_RULES + index + 1} of the filter: ${rule.direction} ${rule.number}, ${rule.action} ${rule.sourceCidr} to ${rule.destinationCidr}`,
    allowed: `at most ${MAX_RULES} rules in a filter (not adjustable); join CIDRs, or leave a direction out`,
  }))
  // Without an accepting rule nothing is mirrored, and nothing says so (aws.md 1.3).
  const mirrors = networkServices.length > 0 || rules.some(({ action }) => action === 'accept')
  const nothing = {
    path: 'trafficMirrorFilter',
    got: 'a filter that mirrors nothing',
    allowed: 'at least one rule with action accept, or a network service',
  }
  return [...twice, ...beyond, ...rules.flatMap(judgePorts), ...(mirrors ? [] : [nothing])]
}
