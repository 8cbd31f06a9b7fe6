import { Validations } from 'aws-cdk-lib'
import { CfnAutoScalingGroup, CfnWarmPool } from 'aws-cdk-lib/aws-autoscaling'
import { CfnAlarm, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch'
import type { ISubnet } from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'
import { type AwsFleet, toNames } from '../aws-fleet.ts'
import { bakeSeconds, toDrainSeconds, toGraceSeconds, warmUpSeconds } from '../sensor-timing.ts'
import type { SensorLaunchTemplate } from './sensor-launch-template.ts'

export interface SensorGroupProps {
  readonly fleet: AwsFleet
  readonly launchTemplate: SensorLaunchTemplate
  readonly subnets: readonly ISubnet[]
  /** null: the sensor's own interface is the mirror target. */
  readonly targetGroupArn: string | null
  readonly rollbackAlarms: readonly IAlarm[]
}

/**
 * The sensors. L1, because launch hooks must be part of the group: one that is added later misses the first instances, which
 * would get traffic before their rules are loaded.
 *
 * DesiredCapacity is left out on purpose: CloudFormation would set it at every update, and undo what scaling has found. The
 * group starts with its minimum.
 */
export class SensorGroup extends Construct {
  readonly group: CfnAutoScalingGroup

  constructor(scope: Construct, id: string, props: SensorGroupProps) {
    super(scope, id)
    const { fleet, launchTemplate, rollbackAlarms } = props
    const { minimumCapacity, maximumCapacity } = fleet.sensors
    this.group = new CfnAutoScalingGroup(this, 'Group', {
      autoScalingGroupName: toNames(fleet).autoScalingGroup,
      launchTemplate: { launchTemplateId: launchTemplate.id, version: launchTemplate.version },
      minSize: String(minimumCapacity),
      maxSize: String(maximumCapacity),
      ...toPlacement(props),
      ...toHealth(props),
      lifecycleHookSpecificationList: toHooks(props),
      defaultInstanceWarmup: warmUpSeconds,
      // What runs the old release goes first; then the newest, which has the fewest flows (they stay with their sensor).
      terminationPolicies: ['OldestLaunchTemplate', 'NewestInstance'],
      // The alarm "fleet-at-max" and the dashboard read them; they are off by default, and cost nothing.
      metricsCollection: [{ granularity: '1Minute' }],
    })
    if (props.targetGroupArn !== null) this.addInstanceRefresh(fleet, rollbackAlarms)
    this.addWarmPool(fleet)
    if (props.targetGroupArn === null) acknowledgeZone(this.group)
    Validations.of(this.group).acknowledge({
      id: 'AwsSolutions-AS3',
      reason:
        'A mail for each launch teaches people to ignore mail. Alarms tell of what scaling could not mend, and the activity history keeps each event.',
    })
  }

  /**
   * A release that comes up and then loses packets, or goes blind, goes back. One that never comes up raises no alarm, for a
   * sensor's first start is not yet blindness: its launch hook is abandoned, and the refresh fails as no instance gets ready.
   */
  private addInstanceRefresh({ aws }: AwsFleet, rollbackAlarms: readonly IAlarm[]): void {
    const alarms = aws.instances.rollbackOnAlarm ? rollbackAlarms : []
    this.group.cfnOptions.updatePolicy = {
      autoScalingInstanceRefresh: {
        strategy: 'Rolling',
        preferences: {
          skipMatching: true,
          bakeTime: bakeSeconds,
          ...(alarms.length === 0 ? {} : { alarmSpecification: { alarms: alarms.map(toAlarmName) } }),
        },
      },
    }
    if (alarms.length > 0) this.group.node.addDependency(...alarms)
  }

  private addWarmPool({ aws }: AwsFleet): void {
    const { warmPool } = aws.instances
    if (warmPool === undefined) return
    new CfnWarmPool(this, 'WarmPool', {
      autoScalingGroupName: this.group.ref,
      minSize: warmPool.minimumSize,
      // The same figure twice makes the size absolute (PutWarmPool); by default the pool holds all up to the group's maximum.
      maxGroupPreparedCapacity: warmPool.minimumSize,
      poolState: 'Stopped',
      // A sensor that has served holds logs and old rules; a new one is as quick to make.
      instanceReusePolicy: { reuseOnScaleIn: false },
    })
  }
}

/**
 * A fixed interface is in one zone, and in one instance at a time. No policy makes Auto Scaling wait until the old sensor is
 * gone: it launches while that one ends, which fails with "in use", and tries again until it works. So nothing may hold
 * the old one (no terminate hook), and a deployment replaces no sensor: its owner ends the instance when it suits.
 */
function toPlacement({ fleet, subnets, targetGroupArn }: SensorGroupProps) {
  return targetGroupArn === null
    ? {
        availabilityZones: fleet.zones,
        instanceMaintenancePolicy: { minHealthyPercentage: 0, maxHealthyPercentage: 100 },
      }
    : {
        vpcZoneIdentifier: subnets.map(({ subnetId }) => subnetId),
        instanceMaintenancePolicy: { minHealthyPercentage: 100, maxHealthyPercentage: 110 },
      }
}

/**
 * The name as it was given: what stands outside a resource's properties CDK does not search for references to other stacks
 * (2.276.0), and would leave one that CloudFormation refuses.
 */
function toAlarmName(alarm: IAlarm): string {
  const resource = alarm.node.defaultChild
  if (resource instanceof CfnAlarm && resource.alarmName !== undefined) return resource.alarmName
  throw new Error(`${alarm.node.path}: an alarm that ends an instance refresh must be given a name`)
}

/** Said twice, for two readers: CDK's own validation, and cfn-lint in the template. */
function acknowledgeZone(group: CfnAutoScalingGroup): void {
  const reason =
    'A fixed interface is in one zone, and a group whose template names an interface takes that zone instead of a subnet (CreateAutoScalingGroup, AvailabilityZones).'
  Validations.of(group).acknowledge({ id: 'CloudFormation-Validate::W3010', reason })
  group.addMetadata('cfn-lint', { config: { ignore_checks: ['W3010'] } })
}

/** Behind a load balancer its verdict counts: a sensor that it calls unhealthy is broken, not busy, and is replaced. */
function toHealth({ fleet, targetGroupArn }: SensorGroupProps) {
  return targetGroupArn === null
    ? { healthCheckType: 'EC2', healthCheckGracePeriod: 0 }
    : {
        targetGroupArns: [targetGroupArn],
        healthCheckType: 'ELB',
        healthCheckGracePeriod: toGraceSeconds(fleet.loadBalancer.healthCheck),
      }
}

/** Who does not answer at launch is replaced; who does not answer at its end is terminated all the same. */
function toHooks({
  fleet,
  targetGroupArn,
}: SensorGroupProps): CfnAutoScalingGroup.LifecycleHookSpecificationProperty[] {
  const { launchHook, terminateHook } = toNames(fleet)
  const launch = {
    lifecycleHookName: launchHook,
    lifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
    defaultResult: 'ABANDON',
    heartbeatTimeout: fleet.aws.instances.launchDeadlineSeconds,
  }
  if (targetGroupArn === null) return [launch]
  return [
    launch,
    {
      lifecycleHookName: terminateHook,
      lifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      defaultResult: 'CONTINUE',
      heartbeatTimeout: toDrainSeconds(fleet.loadBalancer),
    },
  ]
}
