import { ArnFormat, Stack, Validations } from 'aws-cdk-lib'
import * as iam from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { cloudWatchNamespace } from '../../../sensor-agent/cloudwatch.ts'
import { type AwsFleet, toNames } from '../aws-fleet.ts'

export interface SensorRoleProps {
  readonly fleet: AwsFleet
  /** What lets it write to the archive. */
  readonly archiveWriter: iam.IManagedPolicy
  /** The agent's archive: one object, not the bucket of all assets. */
  readonly agentArn: string
}

/**
 * What a sensor may do, and no more: it reads hostile traffic all day. Its policy is part of the role, so that no instance
 * starts before it has it and then fails its launch hook.
 */
export class SensorRole extends Construct {
  readonly role: iam.Role

  constructor(scope: Construct, id: string, { fleet, archiveWriter, agentArn }: SensorRoleProps) {
    super(scope, id)
    // The group's ARN holds an id that AWS makes up when the group is made, which needs this role.
    const groupArn = Stack.of(this).formatArn({
      service: 'autoscaling',
      resource: 'autoScalingGroup',
      resourceName: `*:autoScalingGroupName/${toNames(fleet).autoScalingGroup}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    })
    this.role = new iam.Role(this, 'Role', {
      description: `Sensors of ${fleet.name}`,
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: [archiveWriter],
      inlinePolicies: {
        sensor: new iam.PolicyDocument({
          statements: [...lifecycle(groupArn), metrics, readAgent(agentArn), sessions],
        }),
      },
    })
    for (const [resource, reason] of [
      ['*', reasons.anyResource],
      [groupArn, reasons.groupId],
    ] as const)
      Validations.of(this.role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${resource}]`,
        reason,
      })
  }
}

const reasons = {
  anyResource:
    'DescribeTargetHealth, PutMetricData (bound to one namespace by a condition) and the Session Manager channels take no resource (service authorization reference).',
  groupId: 'Stands for the id that Auto Scaling makes up; the name after it is this one group.',
}

const allow = (sid: string, actions: readonly string[], resources: readonly string[], conditions?: iam.Conditions) =>
  new iam.PolicyStatement({
    sid,
    actions: [...actions],
    resources: [...resources],
    ...(conditions === undefined ? {} : { conditions }),
  })

const lifecycle = (groupArn: string): iam.PolicyStatement[] => [
  allow(
    'CompleteOwnHooks',
    ['autoscaling:CompleteLifecycleAction', 'autoscaling:RecordLifecycleActionHeartbeat'],
    [groupArn],
  ),
  allow('SeeDraining', ['elasticloadbalancing:DescribeTargetHealth'], ['*']),
]

const metrics = allow('PutOwnMetrics', ['cloudwatch:PutMetricData'], ['*'], {
  StringEquals: { 'cloudwatch:namespace': cloudWatchNamespace },
})

const readAgent = (agentArn: string): iam.PolicyStatement => allow('ReadAgent', ['s3:GetObject'], [agentArn])

/** Instead of SSH. The managed policy AmazonSSMManagedInstanceCore would also read every parameter of the account. */
const sessions = allow(
  'OpenSessions',
  [
    'ssm:UpdateInstanceInformation',
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
  ],
  ['*'],
)
