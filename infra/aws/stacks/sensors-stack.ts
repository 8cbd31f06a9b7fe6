import { Stack, type StackProps, SymlinkFollowMode } from 'aws-cdk-lib'
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch'
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2'
import type { IManagedPolicy } from 'aws-cdk-lib/aws-iam'
import { Asset } from 'aws-cdk-lib/aws-s3-assets'
import type { Construct } from 'constructs'
import type { AwsFleet } from '../aws-fleet.ts'
import { SensorGroup } from '../constructs/sensor-group.ts'
import { SensorLaunchTemplate } from '../constructs/sensor-launch-template.ts'
import { SensorRole } from '../constructs/sensor-role.ts'
import { SensorScaling } from '../constructs/sensor-scaling.ts'
import { toSensorEnvironment } from '../sensor-environment.ts'
import { toFirstStartSeconds } from '../sensor-timing.ts'
import { toUserData } from '../user-data/user-data.ts'

export interface SensorsStackProps extends StackProps {
  readonly fleet: AwsFleet
  /** Written by writeAgentFolder, once for all fleets of a synth. */
  readonly agentFolder: string
  readonly network: { readonly vpc: IVpc; readonly sensorSubnets: SubnetSelection }
  readonly entry: {
    readonly sensorSecurityGroup: ISecurityGroup
    /** null: the sensor's own interface is the mirror target, and sensorInterfaceId names it. */
    readonly targetGroup: { readonly arn: string } | null
    readonly sensorInterfaceId: string | null
  }
  readonly archive: { readonly writer: IManagedPolicy }
  /** Any of them ends an instance refresh, and CloudFormation goes back to the release before. */
  readonly rollbackAlarms: readonly IAlarm[]
}

/** The sensors: what a new release of the agent, another size or another AMI changes, and nothing else does. */
export class SensorsStack extends Stack {
  constructor(scope: Construct, id: string, props: SensorsStackProps) {
    const { fleet, agentFolder, network, entry, archive, rollbackAlarms, ...stackProps } = props
    super(scope, id, stackProps)
    const agent = new Asset(this, 'Agent', { path: agentFolder, followSymlinks: SymlinkFollowMode.ALWAYS })
    const agentArn = agent.bucket.arnForObjects(agent.s3ObjectKey)
    const { role } = new SensorRole(this, 'Role', { fleet, archiveWriter: archive.writer, agentArn })
    const targetGroupArn = entry.targetGroup?.arn ?? null
    const launchTemplate = new SensorLaunchTemplate(this, 'LaunchTemplate', {
      fleet,
      role,
      securityGroup: entry.sensorSecurityGroup,
      interfaceId: entry.sensorInterfaceId,
      userData: toUserData({
        assetUrl: `https://${agent.s3BucketName}.s3.${this.region}.${this.urlSuffix}/${agent.s3ObjectKey}`,
        region: this.region,
        autoScalingUrl: `https://autoscaling.${this.region}.${this.urlSuffix}/`,
        environment: toSensorEnvironment(fleet, targetGroupArn),
        deadlineSeconds: toFirstStartSeconds(fleet.aws.instances.launchDeadlineSeconds),
        ownImage: fleet.aws.instances.imageId !== undefined,
      }),
    })
    const { subnets } = network.vpc.selectSubnets(network.sensorSubnets)
    const { group } = new SensorGroup(this, 'Sensors', {
      fleet,
      launchTemplate,
      subnets,
      targetGroupArn,
      rollbackAlarms,
    })
    // One sensor behind no load balancer is all that there can be.
    if (targetGroupArn !== null) new SensorScaling(this, 'Scaling', fleet, group)
  }
}
