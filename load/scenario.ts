import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false } as const
const integer = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum })

/** Flows of this kind that are under way at the same time. Each of them gets the same share of the packets. */
const concurrent = integer(1, 65536)
const ipVersion = Type.Optional(Type.Union([Type.Literal(4), Type.Literal(6)]))
/** TCP payload of one segment: 8392 fills a jumbo frame of 8446 bytes. */
const segmentBytes = integer(64, 8392)
/** Lengths of mirrored frames, Ethernet header included; 8446 is the longest that a Gateway Load Balancer carries. */
const frameBytes = Type.Array(integer(60, 8446), { minItems: 1, maxItems: 256 })
const passes = integer(1, 1_000_000_000)

export const FlowSpec = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('http'),
      concurrent,
      ipVersion,
      requests: integer(1, 100),
      responseBytes: integer(0, 1_000_000),
      segmentBytes,
    },
    closed,
  ),
  Type.Object(
    {
      ...{ kind: Type.Literal('tls'), concurrent, ipVersion, responseBytes: integer(1, 16_000), segmentBytes },
      version: Type.Union([Type.Literal('1.2'), Type.Literal('1.3')]),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('dns'), concurrent, ipVersion }, closed),
  Type.Object({ kind: Type.Literal('udp'), concurrent, ipVersion, frameBytes, passes }, closed),
  Type.Object({ kind: Type.Literal('tcp'), concurrent, ipVersion, frameBytes, passes }, closed),
  Type.Object({ kind: Type.Literal('canary'), concurrent, ipVersion }, closed),
  /** No flows: each packet is broken in a way of its own. */
  Type.Object({ kind: Type.Literal('malformed'), concurrent }, closed),
])
export type FlowSpec = Static<typeof FlowSpec>

/** `flows` counts flows that begin. null: as fast as it goes. */
export const Rate = Type.Union([
  Type.Object(
    { unit: Type.Enum(['packets', 'bits', 'flows']), perSecond: Type.Number({ exclusiveMinimum: 0 }) },
    closed,
  ),
  Type.Null(),
])
export type Rate = Static<typeof Rate>

/** A run, without where it goes. */
export const Scenario = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9-]{1,40}$' }),
    summary: Type.String(),
    seed: integer(0, 0xffff_ffff),
    sources: Type.Object(
      {
        count: integer(1, 4096),
        /** VNIs, dealt to the sources in turn. */
        virtualNetworks: integer(1, 4096),
        /** Every source has the same address inside, so flows of different VNIs have the same five-tuples. */
        sameInnerAddresses: Type.Boolean(),
      },
      closed,
    ),
    flows: Type.Array(FlowSpec, { minItems: 1, maxItems: 32 }),
    /** Seen from the mirrored interface, which is the client's. One direction alone completes no transaction. */
    directions: Type.Enum(['both', 'ingress', 'egress']),
    /** Outer source ports: AWS's 128, or others. */
    outerPorts: Type.Object({ first: integer(1, 65535), count: integer(1, 65535) }, closed),
    rate: Rate,
    packets: integer(1, 1_000_000_000),
    seconds: Type.Number({ exclusiveMinimum: 0, maximum: 3600 }),
  },
  closed,
)
export type Scenario = Static<typeof Scenario>
