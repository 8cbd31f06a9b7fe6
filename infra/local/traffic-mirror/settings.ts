import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { type Complaint, type Judged, judgeValue, toGot } from '../../complaint.ts'
import { IPV4_ADDRESS_PATTERN } from '../../ipv4-cidr.ts'
import { TrafficMirrorFilterRule } from '../../traffic-mirror-filter.ts'

const closed = { additionalProperties: false } as const

const InterfaceName = Type.String({
  pattern: '^[A-Za-z0-9._-]{1,15}$',
  description: 'an interface name of 1 to 15 characters of A-Z, a-z, 0-9, dot, _ and -',
})
const Address = Type.String({ pattern: IPV4_ADDRESS_PATTERN, description: 'an IPv4 address, such as 198.18.0.1' })
const Mac = Type.String({
  pattern: '^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$',
  description: 'a MAC address, such as 02:00:00:00:00:01',
})

const MirrorSession = Type.Object(
  {
    sessionNumber: Type.Integer({ minimum: 1, maximum: 32766 }),
    /** Where the mirrored packets go: the load balancer's address in the source's zone. */
    targetAddress: Address,
    virtualNetworkId: Type.Integer({ minimum: 0, maximum: 2 ** 24 - 1 }),
    /** Bytes of the frame that are sent on; the rest is cut off. @default - the whole frame */
    packetLength: Type.Optional(Type.Integer({ minimum: 1, maximum: 8500 })),
    filter: Type.Object(
      {
        rules: Type.Array(TrafficMirrorFilterRule, { minItems: 0, maxItems: 10 }),
        networkServices: Type.Array(Type.Enum(['amazon-dns']), { minItems: 0, maxItems: 1 }),
      },
      closed,
    ),
  },
  closed,
)

/** What one traffic mirror program is told: the network interface it mirrors, and the sessions of that interface. */
export const MirrorSettings = Type.Object(
  {
    /** The mirrored interface. */
    interface: InterfaceName,
    /** Where the outer frames leave. Not the mirrored interface: its own frames would be mirrored again, without end. */
    mirrorInterface: InterfaceName,
    /** Primary address of the mirrored interface: the outer source, for packets of both directions. */
    sourceAddress: Address,
    outerSourceMac: Mac,
    /** The next hop towards the targets. */
    outerDestinationMac: Mac,
    resolverAddress: Type.Union([Address, Type.Null()], { description: 'an IPv4 address, or null for no resolver' }),
    /** Largest outer IP packet that the path carries. @default 9001 - a VPC's jumbo frames */
    mtuBytes: Type.Integer({ minimum: 1280, maximum: 9001, default: 9001 }),
    /** 3: sessions per network interface (quota, not adjustable). */
    sessions: Type.Array(MirrorSession, { minItems: 1, maxItems: 3 }),
  },
  closed,
)
export type MirrorSettings = Static<typeof MirrorSettings>

/** Takes the program's argument, and returns it whole or with every complaint at once. */
export function decodeMirrorSettings(json: string): Judged<MirrorSettings> {
  let given: unknown
  try {
    given = JSON.parse(json)
  } catch (error) {
    return { ok: false, complaints: [`.: got text that is no JSON (${error}), allowed is one JSON object`] }
  }
  return judgeValue(MirrorSettings, Value.Default(MirrorSettings, given), judgeFields)
}

function judgeFields(settings: MirrorSettings): Complaint[] {
  const { sessions, mirrorInterface } = settings
  const ownFrames: Complaint[] =
    settings.interface === mirrorInterface
      ? [{ path: 'mirrorInterface', got: toGot(mirrorInterface), allowed: 'an interface other than the mirrored one' }]
      : []
  const sessionNumbers = sessions.map(({ sessionNumber }) => sessionNumber)
  return [
    ...ownFrames,
    ...judgeUnique(sessionNumbers, (index) => `sessions[${index}].sessionNumber`),
    ...sessions.flatMap(({ filter }, session) =>
      judgeUnique(
        filter.rules.map(({ direction, number }) => `${direction} ${number}`),
        (index) => `sessions[${session}].filter.rules[${index}]`,
      ),
    ),
  ]
}

function judgeUnique(values: readonly unknown[], toPath: (index: number) => string): Complaint[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) < index ? [{ path: toPath(index), got: toGot(value), allowed: 'each number once' }] : [],
  )
}
