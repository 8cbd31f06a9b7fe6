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

/** Of the sources: each interface once, and one that AWS can find. */
export function judgeInterfaces(sources: readonly Source[]): Complaint[] {
  const ids = sources.map(({ networkInterfaceId }) => networkInterfaceId)
  return ids.flatMap((id, index) => {
    const path = `sources[${index}].networkInterfaceId`
    if (id === undefined) {
      return [{ path, got: 'nothing', allowed: 'the interface to mirror, such as eni-0123456789abcdef0' }]
    }
    // "Each packet is mirrored once": a second session of ours on one interface could only take packets from the first.
    return ids.indexOf(id) < index ? [{ path, got: toGot(id), allowed: 'each interface once' }] : []
  })
}
