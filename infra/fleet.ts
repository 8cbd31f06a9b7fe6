import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { judgeValue } from './complaint.ts'
import { judgeFleetFields } from './fleet-rules.ts'
import { decodeIpv4Cidr } from './ipv4-cidr.ts'

const closed = { additionalProperties: false } as const

const name = {
  // Load balancer and target group names have at most 32 characters (CreateLoadBalancer); the rest is for suffixes.
  pattern: '^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$',
  description: '1 to 20 characters of a-z, 0-9 and -, starting with a letter and not ending with -',
}
const ZoneName = Type.String({
  pattern: '^[A-Za-z0-9-]{1,32}$',
  description: 'an Availability Zone: 1 to 32 characters of A-Z, a-z, 0-9 and -',
})
const Cidr = Type.Refine(
  Type.String({ description: 'an IPv4 CIDR without host bits, such as 10.1.0.0/16' }),
  (text) => decodeIpv4Cidr(text) !== null,
)
const VpcCidr = Type.Refine(
  Type.String({
    description: 'an IPv4 CIDR of /16 to /28 without host bits (what CreateVpc takes), such as 10.1.0.0/16',
    // Half of 198.18.0.0/15, the range that is set aside for tests (RFC 2544).
    default: '198.18.0.0/16',
  }),
  (text) => {
    const cidr = decodeIpv4Cidr(text)
    return cidr !== null && cidr.prefixLength >= 16 && cidr.prefixLength <= 28
  },
)
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

const Sensors = Type.Object(
  {
    desiredCapacity: Type.Integer({ minimum: 1, maximum: 500, default: 3 }),
    minimumCapacity: Type.Integer({ minimum: 1, maximum: 500, default: 1 }),
    /** 500: targets per NLB with cross-zone on (load-balancer-limits; aws.md 2.8). */
    maximumCapacity: Type.Integer({ minimum: 1, maximum: 500, default: 6 }),
    /** Capture threads of one sensor; 0 is one per core. @default 1 - several sensors share one machine's cores */
    captureThreads: Type.Integer({ minimum: 0, maximum: 256, default: 1 }),
    /**
     * Who takes the VXLAN envelope off (SENSOR_DECAPSULATION). `kernel`: a vxlan device for the session's VNI, so that
     * threads share by the inner flow. @default - suricata
     */
    decapsulation: Type.Enum(['suricata', 'kernel'], { default: 'suricata' }),
    /** AF_PACKET ring of one capture thread. */
    ringMebibytes: Type.Integer({ minimum: 1, maximum: 4096, default: 64 }),
  },
  { ...closed, default: {} },
)

const TrafficMirrorFilter = Type.Object(
  {
    rules: Type.Array(TrafficMirrorFilterRule, {
      minItems: 0,
      maxItems: 10,
      description: 'a list of 0..10 rules (quota of a filter, not adjustable; aws.md 1.5)',
    }),
    /** Mirrored whatever the rules say. @default - amazon-dns: the VPC's resolver, which otherwise is never mirrored */
    networkServices: Type.Array(Type.Enum(['amazon-dns']), { minItems: 0, maxItems: 1, default: ['amazon-dns'] }),
  },
  closed,
)

const TrafficMirrorSession = Type.Object(
  {
    /** Order among the sessions of one source: the first whose filter matches mirrors the packet (aws.md 1.3). */
    sessionNumber: Type.Integer({ minimum: 1, maximum: 32766, default: 1 }),
    /** The VXLAN VNI: 24 bits (RFC 7348 §5). */
    virtualNetworkId: Type.Integer({ minimum: 0, maximum: 2 ** 24 - 1, default: 1 }),
    /** Bytes mirrored of each packet. @default - the most that the load balancer carries: 8500, gateway 8446 (aws.md 1.2) */
    packetLength: Type.Integer({ minimum: 1, maximum: 8500 }),
  },
  closed,
)

const HealthCheck = Type.Object(
  {
    // Ranges of CreateTargetGroup (aws.md 2.3, 3.5). The defaults are the fastest detection that AWS allows.
    intervalSeconds: Type.Integer({ minimum: 5, maximum: 300, default: 5 }),
    timeoutSeconds: Type.Integer({ minimum: 2, maximum: 120, default: 2 }),
    healthyThreshold: Type.Integer({ minimum: 2, maximum: 10, default: 2 }),
    unhealthyThreshold: Type.Integer({ minimum: 2, maximum: 10, default: 2 }),
  },
  { ...closed, default: {} },
)

const LoadBalancer = Type.Object(
  {
    /** `gateway` exists only on AWS; the local region refuses it. */
    kind: Type.Enum(['network', 'gateway'], { default: 'network' }),
    healthCheck: HealthCheck,
    /** @default 120 - the idle time after which a UDP flow is forgotten anyway; AWS advises at least that (aws.md 2.4) */
    deregistrationDelaySeconds: Type.Integer({ minimum: 0, maximum: 3600, default: 120 }),
    /** Mirroring never leaves a node that DNS has dropped, so every node must reach every sensor (aws.md 2.1). */
    crossZone: Type.Literal(true, {
      default: true,
      description: 'true: mirroring needs every node to reach every sensor',
    }),
  },
  { ...closed, default: {} },
)

/** The one description of a fleet, deployed to AWS or to one machine. Names are AWS's. */
export const FleetDescription = Type.Object(
  {
    name: Type.String({ ...name, default: 'mirror-fleet' }),
    zones: Type.Array(ZoneName, { minItems: 1, maxItems: 6, default: ['local-a', 'local-b'] }),
    vpcCidr: VpcCidr,
    sensors: Sensors,
    /** Hosts whose traffic is mirrored. @default - two, spread over the zones. 10,000: sessions per account (aws.md 1.5) */
    sources: Type.Array(Type.Object({ name: Type.String(name), zone: ZoneName }, closed), {
      minItems: 1,
      maxItems: 10_000,
    }),
    /** @default - toInternetTraffic(vpcCidr) */
    trafficMirrorFilter: TrafficMirrorFilter,
    trafficMirrorSession: TrafficMirrorSession,
    loadBalancer: LoadBalancer,
  },
  closed,
)
export type FleetDescription = Static<typeof FleetDescription>

const EVERYWHERE = '0.0.0.0/0'

/** The filter "InternetTraffic": what crosses the VPC's border, in both directions (AWS: mirror non-local VPC traffic). */
export function toInternetTraffic(vpcCidr: string): TrafficMirrorFilterRule[] {
  const everything = { sourceCidr: EVERYWHERE, destinationCidr: EVERYWHERE } as const
  return [
    { direction: 'ingress', number: 10, action: 'reject', ...everything, sourceCidr: vpcCidr },
    { direction: 'ingress', number: 20, action: 'accept', ...everything },
    { direction: 'egress', number: 10, action: 'reject', ...everything, destinationCidr: vpcCidr },
    { direction: 'egress', number: 20, action: 'accept', ...everything },
  ]
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Fills `fields` that were left out. What is not an object stays as it is, for the schema to complain about. */
const withFields = (value: unknown, fields: Record<string, unknown>): unknown =>
  value === undefined || isRecord(value) ? { ...fields, ...value } : value

const toSources = (...zones: readonly unknown[]) => zones.map((zone, index) => ({ name: `source-${index + 1}`, zone }))

/** Defaults that follow from other fields. A schema's own defaults cannot. */
function withDerivedDefaults(described: unknown): unknown {
  if (!isRecord(described)) return described
  const { zones, vpcCidr, loadBalancer } = described
  const [first = 'local-a', second = first] = Array.isArray(zones) ? zones : []
  const gateway = isRecord(loadBalancer) && loadBalancer.kind === 'gateway'
  return {
    ...described,
    sources: described.sources === undefined ? toSources(first, second) : described.sources,
    trafficMirrorFilter: withFields(described.trafficMirrorFilter, {
      rules: toInternetTraffic(Value.Check(VpcCidr, vpcCidr) ? vpcCidr : EVERYWHERE),
    }),
    trafficMirrorSession: withFields(described.trafficMirrorSession, { packetLength: gateway ? 8446 : 8500 }),
  }
}

export type DecodedFleet =
  | { readonly ok: true; readonly fleet: FleetDescription }
  | { readonly ok: false; readonly complaints: string[] }

/**
 * Takes a description from outside, such as parsed JSON. Fields left out take their defaults; unknown ones are refused.
 *
 * @returns the whole description, or every complaint at once. Rules that compare fields are asked once each field is right.
 */
export function decodeFleet(described: unknown): DecodedFleet {
  const derived = withDerivedDefaults(Value.Default(FleetDescription, Value.Clone(described)))
  const judged = judgeValue(FleetDescription, Value.Default(FleetDescription, derived), judgeFleetFields)
  return judged.ok ? { ok: true, fleet: judged.value } : judged
}

function readDefaultFleet(): FleetDescription {
  const decoded = decodeFleet({})
  if (!decoded.ok) throw new Error(`the default fleet breaks its own rules: ${decoded.complaints.join('; ')}`)
  return decoded.fleet
}
/** What a fleet is when nothing is said about it. */
export const defaultFleet: FleetDescription = readDefaultFleet()
