import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { type Complaint, complain, judgeUnique, judgeValue } from './complaint.ts'
import { isRecord, withFields, withFilterRules } from './fleet.ts'
import {
  AccountId,
  AlarmEmails,
  closed,
  Name,
  RegionName,
  ResourceId,
  SecondaryCidrs,
  TrafficMirrorSession,
  VpcCidr,
} from './fleet-fields.ts'
import { judgeAwsSources, judgeSourceNames, Sources } from './mirror-sources.ts'
import { judgeTrafficMirrorFilter, TrafficMirrorFilter } from './traffic-mirror-filter.ts'

/** Zones by id: `use1-az1` is the same place in every account, `us-east-1a` is not (aws.md 3.7). */
const ZoneId = Type.String({
  pattern: '^[a-z]{2,4}[0-9]-az[0-9]$',
  description: 'an Availability Zone ID, such as euc1-az1',
})

/**
 * A VPC whose traffic goes to somebody's fleet: its mirror target, filter and sessions, deployed by the account that owns
 * the VPC. It knows of the fleet only its endpoint service, or the target that was shared with it.
 */
export const SpokeDescription = Type.Object(
  {
    name: Type.String(Name),
    account: AccountId,
    region: RegionName,
    vpcId: ResourceId('vpc'),
    vpcCidr: VpcCidr(),
    secondaryCidrs: SecondaryCidrs,
    /** Of a fleet behind a gateway: `com.amazonaws.vpce.<region>.vpce-svc-…` */
    endpointServiceName: Type.Optional(
      Type.String({
        pattern: '^com\\.amazonaws\\.vpce\\.[a-z0-9-]+\\.vpce-svc-[0-9a-f]{8,17}$',
        description: 'an endpoint service, such as com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0',
      }),
    ),
    /** Where the gateway's endpoints go: one subnet of this VPC in each zone that has sources. */
    endpointSubnets: Type.Array(Type.Object({ zone: ZoneId, subnetId: ResourceId('subnet') }, closed), {
      minItems: 0,
      maxItems: 6,
      default: [],
    }),
    /** Of a fleet behind a network load balancer: the target it shares. */
    trafficMirrorTargetId: Type.Optional(ResourceId('tmt')),
    /** Behind a gateway `zone` is a zone id, else what you call it. */
    sources: Sources(1),
    trafficMirrorFilter: TrafficMirrorFilter,
    trafficMirrorSession: TrafficMirrorSession,
    alarmEmails: AlarmEmails,
  },
  closed,
)
export type SpokeDescription = Static<typeof SpokeDescription>

function judgeEndpoints(spoke: SpokeDescription): Complaint[] {
  const { endpointServiceName, endpointSubnets, trafficMirrorTargetId, sources, trafficMirrorSession } = spoke
  if ((endpointServiceName === undefined) === (trafficMirrorTargetId === undefined)) {
    const got = endpointServiceName === undefined ? 'neither' : 'both'
    return [{ path: 'endpointServiceName', got, allowed: 'either endpointServiceName or trafficMirrorTargetId' }]
  }
  if (endpointServiceName === undefined) {
    const surplus = endpointSubnets.length > 0
    return surplus ? [complain('endpointSubnets', endpointSubnets, 'an empty list without endpointServiceName')] : []
  }
  const zones = endpointSubnets.map(({ zone }) => zone)
  return [
    ...judgeUnique(zones, (index) => `endpointSubnets[${index}].zone`, 'each zone once'),
    ...sources.flatMap(({ zone }, index) =>
      zones.includes(zone)
        ? []
        : [complain(`sources[${index}].zone`, zone, `one of endpointSubnets: ${zones.join(', ') || 'none is listed'}`)],
    ),
    // Longer packets are lost in silence: the gateway neither fragments nor complains (aws.md 1.2, 3.6).
    ...(trafficMirrorSession.packetLength <= 8446
      ? []
      : [complain('trafficMirrorSession.packetLength', trafficMirrorSession.packetLength, '1..8446 behind a gateway')]),
  ]
}

export type DecodedSpoke =
  | { readonly ok: true; readonly spoke: SpokeDescription }
  | { readonly ok: false; readonly complaints: string[] }

function withDerivedDefaults(described: unknown): unknown {
  if (!isRecord(described)) return described
  const packetLength = described.endpointServiceName === undefined ? 8500 : 8446
  const { vpcCidr, secondaryCidrs, trafficMirrorFilter, trafficMirrorSession } = described
  return {
    ...described,
    trafficMirrorFilter: withFilterRules(trafficMirrorFilter, vpcCidr, secondaryCidrs),
    trafficMirrorSession: withFields(trafficMirrorSession, { packetLength }),
  }
}

/** Takes a spoke's description from outside. @returns all of it, or every complaint at once */
export function decodeSpoke(described: unknown): DecodedSpoke {
  const derived = withDerivedDefaults(Value.Default(SpokeDescription, Value.Clone(described)))
  const judged = judgeValue(SpokeDescription, Value.Default(SpokeDescription, derived), (spoke) => [
    ...judgeEndpoints(spoke),
    ...judgeSourceNames(spoke.sources),
    ...judgeAwsSources(spoke.sources),
    ...judgeTrafficMirrorFilter(spoke.trafficMirrorFilter),
    ...judgeUnique(spoke.alarmEmails, (index) => `alarmEmails[${index}]`, 'each address once'),
  ])
  return judged.ok ? { ok: true, spoke: judged.value } : judged
}
