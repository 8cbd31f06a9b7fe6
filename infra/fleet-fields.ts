import { Type } from 'typebox'
import { decodeIpv4Cidr } from './ipv4-cidr.ts'

/** What is not in the schema is a typing error, and is refused. */
export const closed = { additionalProperties: false } as const

export const Name = {
  // Load balancer and target group names have at most 32 characters (CreateLoadBalancer); the rest is for suffixes.
  pattern: '^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$',
  description: '1 to 20 characters of a-z, 0-9 and -, starting with a letter and not ending with -',
}
export const ZoneName = Type.String({
  pattern: '^[A-Za-z0-9-]{1,32}$',
  description: 'an Availability Zone: 1 to 32 characters of A-Z, a-z, 0-9 and -',
})
export const Cidr = Type.Refine(
  Type.String({ description: 'an IPv4 CIDR without host bits, such as 10.1.0.0/16' }),
  (text) => decodeIpv4Cidr(text) !== null,
)
const vpcCidr = 'an IPv4 CIDR of /16 to /28 without host bits (what CreateVpc takes), such as 10.1.0.0/16'
const isVpcCidr = (text: string): boolean => {
  const cidr = decodeIpv4Cidr(text)
  return cidr !== null && cidr.prefixLength >= 16 && cidr.prefixLength <= 28
}
/** @param fallback the CIDR of a description that has none; without it the field must be there */
export const VpcCidr = (fallback?: string) =>
  Type.Refine(
    Type.String({ description: vpcCidr, ...(fallback === undefined ? {} : { default: fallback }) }),
    isVpcCidr,
  )
/** Further blocks of the VPC (AssociateVpcCidrBlock; 4 by default). */
export const SecondaryCidrs = Type.Array(VpcCidr(), {
  minItems: 0,
  maxItems: 4,
  default: [],
  description: `a list of 0..4, each ${vpcCidr}`,
})
export const AccountId = Type.String({ pattern: '^\\d{12}$', description: 'an AWS account: 12 digits, as a string' })
export const RegionName = Type.String({
  pattern: '^[a-z]{2}(?:-[a-z]+)+-\\d$',
  description: 'an AWS region, such as eu-central-1',
})
/** Who is told of alarms. */
export const AlarmEmails = Type.Array(
  Type.String({ pattern: '^[^\\s@]{1,64}@[^\\s@]{1,190}$', description: 'an e-mail address' }),
  { minItems: 0, maxItems: 10, default: [] },
)
/** @param prefix of AWS's resource ids: `vpc`, `subnet`, `eni` */
export const ResourceId = (prefix: string) =>
  Type.String({ pattern: `^${prefix}-[0-9a-f]{8,17}$`, description: `an id such as ${prefix}-0123456789abcdef0` })

export const SessionNumber = { minimum: 1, maximum: 32766 }
export const VirtualNetworkId = { minimum: 0, maximum: 2 ** 24 - 1 }

export const TrafficMirrorSession = Type.Object(
  {
    /** Order among the sessions of one source: the first whose filter matches mirrors the packet (aws.md 1.3). */
    sessionNumber: Type.Integer({ ...SessionNumber, default: 1 }),
    /** The VXLAN VNI: 24 bits (RFC 7348 §5). */
    virtualNetworkId: Type.Integer({ ...VirtualNetworkId, default: 1 }),
    /** Bytes mirrored of each packet. @default - the most that the load balancer carries: 8500, gateway 8446 (aws.md 1.2) */
    packetLength: Type.Integer({ minimum: 1, maximum: 8500 }),
  },
  closed,
)
