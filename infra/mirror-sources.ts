import { type Static, Type } from 'typebox'
import { type Complaint, complain, judgeUnique } from './complaint.ts'
import {
  closed,
  Name,
  ResourceId,
  SessionNumber,
  type TrafficMirrorSession,
  VirtualNetworkId,
  ZoneName,
} from './fleet-fields.ts'

/** A host whose traffic is mirrored. */
export const Source = Type.Object(
  {
    name: Type.String(Name),
    zone: ZoneName,
    /** What AWS mirrors. The local region makes an interface of its own. */
    networkInterfaceId: Type.Optional(ResourceId('eni')),
    /** @default - trafficMirrorSession's */
    sessionNumber: Type.Optional(Type.Integer(SessionNumber)),
    /** @default - trafficMirrorSession's. One for each tenant keeps equal addresses apart. */
    virtualNetworkId: Type.Optional(Type.Integer(VirtualNetworkId)),
  },
  closed,
)
export type Source = Static<typeof Source>

/**
 * Resources of one stack (CloudFormation: 500), less a filter with its 10 rules, targets and endpoints in 6 zones, and two
 * alarms with a topic, its key and policy, and 10 who are told.
 */
const maximumSources = 460

export const Sources = (minItems: 0 | 1) =>
  Type.Array(Source, {
    minItems,
    maxItems: maximumSources,
    description: `a list of ${minItems}..${maximumSources}, what one stack holds; others go into another spoke description`,
  })

/** Each VNI once, in ascending order. */
export const toVirtualNetworkIds = (
  { virtualNetworkId }: Static<typeof TrafficMirrorSession>,
  sources: readonly Source[],
): readonly number[] =>
  [...new Set([virtualNetworkId, ...sources.map((source) => source.virtualNetworkId ?? virtualNetworkId)])].toSorted(
    (a, b) => a - b,
  )

export const judgeSourceNames = (sources: readonly Source[]): Complaint[] =>
  judgeUnique(
    sources.map(({ name }) => name),
    (index) => `sources[${index}].name`,
    'a name that no other source has',
  )

/** Each interface once, and one that AWS can find. */
export function judgeAwsSources(sources: readonly Source[]): Complaint[] {
  const ids = sources.map(({ networkInterfaceId }) => networkInterfaceId)
  return ids.flatMap((id, index) => {
    const path = `sources[${index}].networkInterfaceId`
    if (id === undefined) {
      return [{ path, got: 'nothing', allowed: 'the interface to mirror, such as eni-0123456789abcdef0' }]
    }
    // "Each packet is mirrored once": a second session of ours on one interface could only take packets from the first.
    return ids.indexOf(id) < index ? [complain(path, id, 'each interface once')] : []
  })
}
