import { type Static, Type } from 'typebox'
import { type Complaint, type Judged, judgeValue, toGot } from '../../complaint.ts'
import { IPV4_ADDRESS_PATTERN } from '../../ipv4-cidr.ts'

const closed = { additionalProperties: false } as const
const Address = Type.String({ pattern: IPV4_ADDRESS_PATTERN, description: 'an IPv4 address, such as 198.18.1.2' })

export const Target = Type.Object(
  {
    /** The sensor's SENSOR_ID: the instance id on AWS. */
    id: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$',
      description: '1 to 63 characters of A-Z, a-z, 0-9, ., _ and -, starting with a letter or digit',
    }),
    zone: Type.String({
      pattern: '^[A-Za-z0-9-]{1,32}$',
      description: 'a zone: 1 to 32 characters of A-Z, a-z, 0-9 and -',
    }),
    address: Address,
    /** TCP port of the sensor's HTTP routes; /readyz is asked there. */
    healthPort: Type.Integer({ minimum: 1, maximum: 65535 }),
  },
  closed,
)
export type Target = Static<typeof Target>

/** What one load balancer is started with, as the one JSON argument `--config`. */
export const LoadBalancerConfiguration = Type.Object(
  {
    /** Where the traffic mirror sends to; traffic to it arrives in this namespace. */
    address: Address,
    port: Type.Integer({ minimum: 1, maximum: 65535, description: 'a UDP port 1..65535; AWS mirrors to 4789' }),
    targets: Type.Array(Target, { minItems: 0, maxItems: 500 }),
    healthCheck: Type.Object(
      {
        // AWS allows intervals of 5..300 s and timeouts of 2..120 s, which FleetDescription enforces. The local one takes
        // 1..300 and 1..120, for tests.
        intervalSeconds: Type.Integer({ minimum: 1, maximum: 300 }),
        timeoutSeconds: Type.Integer({ minimum: 1, maximum: 120 }),
        healthyThreshold: Type.Integer({ minimum: 2, maximum: 10 }),
        unhealthyThreshold: Type.Integer({ minimum: 2, maximum: 10 }),
      },
      closed,
    ),
    deregistrationDelaySeconds: Type.Integer({ minimum: 0, maximum: 3600 }),
    /** See UnhealthyFlows in target-group.ts. @default move */
    unhealthyFlows: Type.Optional(Type.Enum(['move', 'keep'])),
  },
  closed,
)
export type LoadBalancerConfiguration = Static<typeof LoadBalancerConfiguration>

function judgeUnique(targets: readonly Target[], field: 'id' | 'address'): Complaint[] {
  const values = targets.map((target) => target[field])
  return values.flatMap((value, index) =>
    values.indexOf(value) < index
      ? [{ path: `targets[${index}].${field}`, got: toGot(value), allowed: `one that no other target has` }]
      : [],
  )
}

function judgeFields({ address, targets, healthCheck }: LoadBalancerConfiguration): Complaint[] {
  const { intervalSeconds, timeoutSeconds } = healthCheck
  const ownAddress = targets.findIndex((target) => target.address === address)
  return [
    ...judgeUnique(targets, 'id'),
    ...judgeUnique(targets, 'address'),
    ...(ownAddress === -1
      ? []
      : [
          {
            path: `targets[${ownAddress}].address`,
            got: toGot(address),
            allowed: 'any but the load balancer’s own',
          },
        ]),
    ...(timeoutSeconds <= intervalSeconds
      ? []
      : [
          {
            path: 'healthCheck.timeoutSeconds',
            got: toGot(timeoutSeconds),
            allowed: `at most intervalSeconds, which is ${intervalSeconds}`,
          },
        ]),
  ]
}

/** Takes the text after `--config`. @returns the configuration, or every complaint at once */
export function decodeConfiguration(text: string | undefined): Judged<LoadBalancerConfiguration> {
  try {
    return judgeValue(LoadBalancerConfiguration, JSON.parse(text ?? ''), judgeFields)
  } catch {
    return { ok: false, complaints: [`--config: got ${toGot(text)}, allowed is one JSON object`] }
  }
}
