import { type Static, Type } from 'typebox'
import { AccountId, AlarmEmails, Cidr, closed, RegionName, ResourceId, ZoneName } from './fleet-fields.ts'

const InstanceType = Type.Enum(
  [
    ...(['c6in.large', 'c6in.xlarge', 'c6in.2xlarge', 'c6in.4xlarge', 'c6in.8xlarge'] as const),
    ...(['c6in.12xlarge', 'c6in.16xlarge', 'c6in.24xlarge', 'c6in.32xlarge'] as const),
  ],
  { default: 'c6in.xlarge' },
)
export type InstanceType = Static<typeof InstanceType>

/** Sources of one interface as a target (Traffic Mirroring quotas; 100 only for the largest sizes). */
export const toMaximumSources = (type: InstanceType): number => (type === 'c6in.32xlarge' ? 100 : 10)

const Subnet = Type.Object(
  {
    zone: ZoneName,
    subnetId: ResourceId('subnet'),
    /** Its addresses. Needed behind a gateway, whose interfaces live here and have no security group: rules name them. */
    cidr: Type.Optional(Cidr),
  },
  closed,
)

const Network = Type.Object(
  {
    /** An existing VPC with its subnets for sensors, one for each zone. @default - a new VPC of `vpcCidr` */
    vpcId: Type.Optional(ResourceId('vpc')),
    subnets: Type.Optional(Type.Array(Subnet, { minItems: 1, maxItems: 6 })),
    /** Of a new VPC. With 0 the sensors reach AWS by interface endpoints, and need an AMI that has Suricata. */
    natGateways: Type.Integer({ minimum: 0, maximum: 6, default: 1 }),
    /** Flow logs of a new VPC. They do not record mirrored traffic (aws.md 1.6). */
    flowLogs: Type.Boolean({ default: false }),
  },
  { ...closed, default: {} },
)

const Instances = Type.Object(
  {
    instanceType: InstanceType,
    /** @default - Ubuntu 24.04, by its public SSM parameter; Suricata comes from its archive at the first start */
    imageId: Type.Optional(ResourceId('ami')),
    volumeGibibytes: Type.Integer({ minimum: 16, maximum: 16_384, default: 64 }),
    /** Instances that are started, proven and stopped again, to be in service sooner. @default - none */
    warmPool: Type.Optional(
      Type.Object({ minimumSize: Type.Integer({ minimum: 0, maximum: 500, default: 1 }) }, closed),
    ),
    /**
     * Longest silence before a new instance is replaced. Its installation must end within it; then the agent speaks up for it,
     * as long as Suricata loads its rules. The maximum is that of a hook's heartbeat (aws.md 5).
     */
    launchDeadlineSeconds: Type.Integer({ minimum: 120, maximum: 7200, default: 900 }),
    /**
     * Loss or blindness brings the release before back. False for a release that is to mend just that: an alarm that is raised
     * already would end it before it could.
     */
    rollbackOnAlarm: Type.Boolean({ default: true }),
  },
  { ...closed, default: {} },
)

const Scaling = Type.Object(
  {
    /** Target of the busiest worker's utilisation, averaged over the sensors. */
    workerBusyPercent: Type.Integer({ minimum: 10, maximum: 90, default: 60 }),
    /** Above it sensors are added at once, and an alarm is raised. */
    lossPercent: Type.Number({ minimum: 0.01, maximum: 50, default: 0.1 }),
  },
  { ...closed, default: {} },
)

/** What only AWS needs to know of a fleet. */
export const AwsDeployment = Type.Object(
  {
    account: AccountId,
    region: RegionName,
    network: Network,
    instances: Instances,
    scaling: Scaling,
    /** Whose mirrored traffic a network load balancer lets in; with consumerAccounts it must be said. @default - vpcCidr and secondaryCidrs */
    sourceCidrs: Type.Optional(Type.Array(Cidr, { minItems: 1, maxItems: 50 })),
    /** Accounts that may mirror to this fleet: they get a share of the target, or may make endpoints for the gateway. */
    consumerAccounts: Type.Array(AccountId, { minItems: 0, maxItems: 100, default: [] }),
    /** Who is told of alarms. */
    alarmEmails: AlarmEmails,
  },
  closed,
)
export type AwsDeployment = Static<typeof AwsDeployment>
