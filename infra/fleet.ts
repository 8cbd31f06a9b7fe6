import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { AwsDeployment } from './aws-deployment.ts'
import { judgeValue } from './complaint.ts'
import { closed, Name, SecondaryCidrs, TrafficMirrorSession, VpcCidr, ZoneName } from './fleet-fields.ts'
import { judgeFleetFields } from './fleet-rules.ts'
import { Sources } from './mirror-sources.ts'
import { filterPresets, TrafficMirrorFilter } from './traffic-mirror-filter.ts'

const Sensors = Type.Object(
  {
    /** Sensors of a local region. On AWS the fleet starts with minimumCapacity, and scaling decides. @default - 3 */
    desiredCapacity: Type.Integer({ minimum: 1, maximum: 500, default: 3 }),
    /** @default - 1, on AWS 2 */
    minimumCapacity: Type.Integer({ minimum: 1, maximum: 500, default: 1 }),
    /** 500: targets per NLB with cross-zone on (load-balancer-limits; aws.md 2.8). */
    maximumCapacity: Type.Integer({ minimum: 1, maximum: 500, default: 6 }),
    /** Capture threads of one sensor; 0 is one per core. @default - 1, for several sensors share one machine's cores; on AWS 0 */
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
    /** `none`: one sensor, whose interface is the mirror target. The local region builds `network` only. */
    kind: Type.Enum(['network', 'gateway', 'none'], { default: 'network' }),
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
    name: Type.String({ ...Name, default: 'mirror-fleet' }),
    zones: Type.Array(ZoneName, { minItems: 1, maxItems: 6, default: ['local-a', 'local-b'] }),
    // Half of 198.18.0.0/15, the range that is set aside for tests (RFC 2544).
    vpcCidr: VpcCidr('198.18.0.0/16'),
    secondaryCidrs: SecondaryCidrs,
    sensors: Sensors,
    /**
     * Hosts whose traffic is mirrored; on AWS those of the fleet's own account and VPC, others have a spoke description.
     * @default - two, spread over the zones; on AWS none
     */
    sources: Sources(0),
    /** @default - internet-only: what crosses the border of the VPC */
    trafficMirrorFilter: TrafficMirrorFilter,
    trafficMirrorSession: TrafficMirrorSession,
    loadBalancer: LoadBalancer,
    /** @default - none: a fleet for one machine. The local region passes it over. */
    aws: Type.Optional(AwsDeployment),
  },
  closed,
)
export type FleetDescription = Static<typeof FleetDescription>

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Fills `fields` that were left out. What is not an object stays as it is, for the schema to complain about. */
export const withFields = (value: unknown, fields: Record<string, unknown>): unknown =>
  value === undefined || isRecord(value) ? { ...fields, ...value } : value

const toSources = (...zones: readonly unknown[]) => zones.map((zone, index) => ({ name: `source-${index + 1}`, zone }))

/** Rules by name, and the default ones, become the rules themselves. What is neither stays, for the schema to complain about. */
export function withFilterRules(filter: unknown, vpcCidr: unknown, secondaryCidrs: unknown): unknown {
  const filled = withFields(filter, { rules: 'internet-only' })
  if (!isRecord(filled) || typeof filled.rules !== 'string') return filled
  const cidrs = [vpcCidr, ...(Array.isArray(secondaryCidrs) ? secondaryCidrs : [])]
  const rules = filterPresets[filled.rules]?.(cidrs.filter((cidr) => Value.Check(VpcCidr(), cidr)))
  return rules === undefined ? filled : { ...filled, rules }
}

/** Defaults that follow from other fields. A schema's own defaults cannot. */
function withDerivedDefaults(described: unknown): unknown {
  if (!isRecord(described)) return described
  const { zones, vpcCidr, secondaryCidrs, loadBalancer, aws } = described
  const [first = 'local-a', second = first] = Array.isArray(zones) ? zones : []
  const gateway = isRecord(loadBalancer) && loadBalancer.kind === 'gateway'
  const sources = aws === undefined ? toSources(first, second) : []
  return {
    ...described,
    sources: described.sources === undefined ? sources : described.sources,
    trafficMirrorFilter: withFilterRules(described.trafficMirrorFilter, vpcCidr, secondaryCidrs),
    trafficMirrorSession: withFields(described.trafficMirrorSession, { packetLength: gateway ? 8446 : 8500 }),
  }
}

/** On AWS a sensor has its machine to itself, and one zone may fail. Behind no load balancer there is exactly one. */
function withAwsDefaults(described: unknown): unknown {
  if (!isRecord(described) || described.aws === undefined) return described
  const alone = isRecord(described.loadBalancer) && described.loadBalancer.kind === 'none'
  const capacity = alone ? { minimumCapacity: 1, maximumCapacity: 1 } : { minimumCapacity: 2 }
  const sensors = withFields(described.sensors, { captureThreads: 0, ...capacity })
  if (!isRecord(sensors)) return { ...described, sensors }
  return { ...described, sensors: { desiredCapacity: sensors.minimumCapacity, ...sensors } }
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
  const derived = withDerivedDefaults(Value.Default(FleetDescription, withAwsDefaults(Value.Clone(described))))
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
