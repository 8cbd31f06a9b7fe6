import { Fn } from 'aws-cdk-lib'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import { CfnInstanceProfile, type IRole } from 'aws-cdk-lib/aws-iam'
import { ParameterValueType, StringParameter } from 'aws-cdk-lib/aws-ssm'
import { Construct } from 'constructs'
import type { AwsFleet } from '../aws-fleet.ts'
import { toEnaQueueCount } from '../ena-queues.ts'

/** Canonical's own parameter for Ubuntu 24.04 (documentation.ubuntu.com, "Find Ubuntu images on AWS"). */
const ubuntuParameter = '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id'

export interface SensorLaunchTemplateProps {
  readonly fleet: AwsFleet
  readonly role: IRole
  readonly securityGroup: ec2.ISecurityGroup
  /** The fixed interface that is the mirror target; null where each sensor gets one of its own. */
  readonly interfaceId: string | null
  readonly userData: string
}

/** What every sensor is launched from. L1: the L2 knows no network interface, and so no queue count. */
export class SensorLaunchTemplate extends Construct {
  readonly id: string
  /** A number: with `$Latest` an instance refresh has nothing to go back to (API RefreshPreferences, AutoRollback). */
  readonly version: string

  constructor(scope: Construct, id: string, props: SensorLaunchTemplateProps) {
    super(scope, id)
    const { fleet, role, userData } = props
    const { instanceType, imageId, volumeGibibytes } = fleet.aws.instances
    const profile = new CfnInstanceProfile(this, 'Profile', { roles: [role.roleName] })
    const tags = [{ key: 'Name', value: `${fleet.name}-sensor` }]
    const template = new ec2.CfnLaunchTemplate(this, 'Template', {
      launchTemplateData: {
        instanceType,
        imageId: imageId ?? toUbuntuImageId(this),
        iamInstanceProfile: { arn: profile.attrArn },
        userData: Fn.base64(userData),
        // One hop: what runs in a container, or behind a forwarding mistake, gets no credentials.
        metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
        networkInterfaces: [toInterface(props)],
        blockDeviceMappings: [
          {
            // The root of Ubuntu's images; an AMI of your own must have the same (README).
            deviceName: '/dev/sda1',
            ebs: { volumeType: 'gp3', volumeSize: volumeGibibytes, encrypted: true, deleteOnTermination: true },
          },
        ],
        ebsOptimized: true,
        instanceInitiatedShutdownBehavior: 'terminate',
        tagSpecifications: [
          { resourceType: 'instance', tags },
          { resourceType: 'volume', tags: [...tags, { key: 'mirror-fleet', value: fleet.name }] },
        ],
      },
    })
    this.id = template.ref
    this.version = template.attrLatestVersionNumber
  }
}

/**
 * A parameter of the stack, which CloudFormation resolves at each deployment: the template then holds an AMI id. With
 * `resolve:ssm:` in the launch template itself no instance refresh could roll back.
 */
const toUbuntuImageId = (scope: Construct): string =>
  StringParameter.valueForTypedStringParameterV2(scope, ubuntuParameter, ParameterValueType.AWS_EC2_IMAGE_ID)

function toInterface(props: SensorLaunchTemplateProps): ec2.CfnLaunchTemplate.NetworkInterfaceProperty {
  const { fleet, interfaceId, securityGroup } = props
  // An interface that exists has its groups, and outlives the instance. Whether it takes a queue count nobody documents.
  if (interfaceId !== null) return { deviceIndex: 0, networkInterfaceId: interfaceId, deleteOnTermination: false }
  const enaQueueCount = toEnaQueueCount(fleet.aws.instances.instanceType)
  return {
    deviceIndex: 0,
    ...(enaQueueCount === undefined ? {} : { enaQueueCount }),
    groups: [securityGroup.securityGroupId],
    associatePublicIpAddress: false,
    deleteOnTermination: true,
  }
}
