import { type Static, Type } from 'typebox'
import { type Complaint, toGot } from './complaint.ts'
import { closed, Name, ResourceId, SessionNumber, VirtualNetworkId, ZoneName } from './fleet-fields.ts'

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

export function judgeSourceNames(sources: readonly Source[]): Complaint[] {
  const names = sources.map(({ name }) => name)
  return names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? [{ path: `sources[${index}].name`, got: toGot(name), allowed: 'a name that no other source has' }]
      : [],
  )
}

/** Resources of one stack (CloudFormation: 500), less the filter, its rules and the targets. */
const MAX_SOURCES = 480

/** Each interface once, one that AWS can find, and as many as a stack holds. */
export function judgeAwsSources(sources: readonly Source[]): Complaint[] {
  const ids = sources.map(({ networkInterfaceId }) => networkInterfaceId)
  const interfaces = ids.flatMap((id, index) => {
    const path = `sources[${index}].networkInterfaceId`
    if (id === undefined) {
      return [{ path, got: 'nothing', allowed: 'the interface to mirror, such as eni-0123456789abcdef0' }]
    }
    // "Each packet is mirrored once": a second session of ours on one interface could only take packets from the first.
    return ids.indexOf(id) < index ? [{ path, got: toGot(id), allowed: 'each interface once' }] : []
  })
  const many = {
    path: 'sources',
    got: `a list of ${sources.length}`,
    allowed: `at most ${MAX_SOURCES} in one description; put the others into a spoke description`,
  }
  return [...interfaces, ...(sources.length > MAX_SOURCES ? [many] : [])]
}
