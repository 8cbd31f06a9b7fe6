import { Validations } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { AwsSolutionsChecks } from 'cdk-nag'
import { describe, expect, it } from 'vitest'
import { cloudWatchMetrics } from '../../../../sensor-agent/cloudwatch.ts'
import { maximumVnis } from '../../../../sensor-agent/decapsulation.ts'
import { sensorInterfaceId, targetGroupArn, toSensorsStack } from '../../../support/aws/sensors-app.ts'
import { toResource } from '../../../support/aws/template-reading.ts'
import { awsEnv, createAwsApp, toAwsFleet } from '../../../support/aws-app.ts'

const withInstances = (described: Readonly<Record<string, unknown>>) => ({ aws: { ...awsEnv, instances: described } })
const stack = toSensorsStack(toAwsFleet(withInstances({ instanceType: 'c6in.4xlarge', launchDeadlineSeconds: 700 })))
const template = Template.fromStack(stack)
/** An AMI of one's own, no way to the internet, warm sensors: and what cdk-nag says of it. */
const ownApp = createAwsApp()
Validations.of(ownApp).addPlugins(new AwsSolutionsChecks(ownApp))
const own = { imageId: 'ami-0123456789abcdef0', warmPool: { minimumSize: 3 } }
const ownStack = toSensorsStack(toAwsFleet({ aws: { ...awsEnv, network: { natGateways: 0 }, instances: own } }), ownApp)
const alone = Template.fromStack(
  toSensorsStack(
    toAwsFleet({
      zones: ['eu-central-1a'],
      loadBalancer: { kind: 'none' },
      // Of a size that has its queues counted elsewhere.
      aws: { ...awsEnv, instances: { instanceType: 'c6in.4xlarge' } },
      sources: [{ name: 'web', zone: 'eu-central-1a', networkInterfaceId: 'eni-0123456789abcdef1' }],
    }),
  ),
)
const launchData = (properties: object) =>
  template.hasResourceProperties('AWS::EC2::LaunchTemplate', { LaunchTemplateData: Match.objectLike(properties) })
const group = (properties: object) => template.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', properties)

describe('the whole', () => {
  it('has no finding of AwsSolutions that is not answered with a reason', () => {
    expect(() => ownApp.synth()).not.toThrow()
  }, 60_000)

  it('gives an instance a first script that fits into the 16 KB of user data, with the longest settings that a fleet can have', () => {
    const fleet = toAwsFleet({
      name: 'a-name-of-20-letters',
      sensors: { decapsulation: 'kernel', ringMebibytes: 4096, captureThreads: 256 },
      sources: Array.from({ length: maximumVnis }, (_, index) => ({
        name: `s-${index}`,
        zone: 'eu-central-1a',
        networkInterfaceId: `eni-0123456789abcde${String(index).padStart(2, '0')}`,
        virtualNetworkId: 16_777_215 - index,
      })),
      trafficMirrorSession: { virtualNetworkId: 16_777_215 },
      aws: {
        ...awsEnv,
        sourceCidrs: ['198.18.0.0/16', ...Array.from({ length: 49 }, (_, index) => `192.168.100.${100 + index}/32`)],
      },
    })
    const { LaunchTemplateData } = toResource(Template.fromStack(toSensorsStack(fleet)), 'AWS::EC2::LaunchTemplate')
    const script = toLongestText(LaunchTemplateData)
    expect(script).toContain(`SENSOR_HOME_NETS='198.18.0.0/16,`)
    expect(Buffer.byteLength(script)).toBeLessThan(16_384)
  })
})

/** The script as EC2 gets it; what only the deployment knows is as long as an ARN may be. */
function toLongestText(launchTemplateData: unknown): string {
  const texts: string[] = []
  JSON.stringify(launchTemplateData, (key, value) => {
    if (key === 'Fn::Base64') texts.push(join(value))
    return value
  })
  return texts.join('')
}

function join(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null || !('Fn::Join' in value)) return 'x'.repeat(256)
  const [separator, parts]: [string, unknown[]] = JSON.parse(JSON.stringify(value['Fn::Join']))
  return parts.map(join).join(separator)
}

describe('what a sensor is launched from', () => {
  it('gives credentials only to who holds a token, and to nobody behind a hop', () => {
    launchData({ MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 } })
  })

  it('keeps its disk encrypted', () => {
    launchData({ BlockDeviceMappings: [{ Ebs: Match.objectLike({ Encrypted: true, VolumeType: 'gp3' }) }] })
  })

  it('has a receive queue for each vCPU where the default is fewer, the fleet’s security group and no public address', () => {
    launchData({
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          EnaQueueCount: 16,
          Groups: ['sg-0123456789abcdef0'],
          AssociatePublicIpAddress: false,
          DeleteOnTermination: true,
        },
      ],
    })
  })

  it('has no key pair: sessions go through Session Manager', () => {
    launchData({ KeyName: Match.absent() })
  })

  it('pays for no metrics of the instance by the minute: its agent puts those that count', () => {
    launchData({ Monitoring: Match.absent() })
  })

  it('takes the AMI id that CloudFormation resolves at deployment, for a refresh cannot roll back to resolve:ssm', () => {
    const { LaunchTemplateData } = toResource(template, 'AWS::EC2::LaunchTemplate')
    const parameters = template.findParameters('*', { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>' })
    const [[name = '', parameter] = []] = Object.entries(parameters)
    expect(parameter?.Default).toMatch(/^\/aws\/service\/canonical\/ubuntu\/server\/24\.04\//)
    expect(LaunchTemplateData).toMatchObject({ ImageId: { Ref: name } })
  })

  it('takes an AMI of one’s own by its id', () => {
    Template.fromStack(ownStack).hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: { ImageId: 'ami-0123456789abcdef0' },
    })
  })
})

describe('the group', () => {
  it('has its launch hook from the first instance on: who does not prove itself in time is replaced', () => {
    group({
      LifecycleHookSpecificationList: Match.arrayWith([
        {
          LifecycleHookName: 'test-launch',
          LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
          DefaultResult: 'ABANDON',
          HeartbeatTimeout: 700,
        },
      ]),
    })
    template.resourceCountIs('AWS::AutoScaling::LifecycleHook', 0)
  })

  it('waits for a sensor that leaves as long as its flows and its logs take, and no longer for a dead one', () => {
    group({
      LifecycleHookSpecificationList: Match.arrayWith([
        {
          LifecycleHookName: 'test-terminate',
          LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
          DefaultResult: 'CONTINUE',
          HeartbeatTimeout: 180,
        },
      ]),
    })
  })

  it('replaces what the load balancer calls unhealthy, after a registration and two checks', () => {
    group({ HealthCheckType: 'ELB', HealthCheckGracePeriod: 194, TargetGroupARNs: [targetGroupArn] })
  })

  it('is spread over a subnet in each zone', () => {
    const { VPCZoneIdentifier, AvailabilityZones } = toResource(template, 'AWS::AutoScaling::AutoScalingGroup')
    expect(VPCZoneIdentifier).toHaveLength(2)
    expect(AvailabilityZones).toBeUndefined()
  })

  it('keeps the size that scaling found when it is deployed again', () => {
    group({ MinSize: '2', MaxSize: '6', DesiredCapacity: Match.absent() })
  })

  it('names a version of the launch template by number, and goes back to the one before on an alarm', () => {
    const [[id = ''] = []] = Object.entries(template.findResources('AWS::EC2::LaunchTemplate'))
    group({ LaunchTemplate: { Version: { 'Fn::GetAtt': [id, 'LatestVersionNumber'] } } })
    template.hasResource('AWS::AutoScaling::AutoScalingGroup', {
      UpdatePolicy: {
        AutoScalingInstanceRefresh: {
          Strategy: 'Rolling',
          Preferences: Match.objectLike({ AlarmSpecification: { Alarms: ['test-loss'] } }),
        },
      },
    })
    expect(stack.dependencies.map(({ node }) => node.id)).toContain('other')
  })

  it('puts out the release that is to mend what an alarm tells of, where the fleet says so', () => {
    const mending = toSensorsStack(toAwsFleet(withInstances({ rollbackOnAlarm: false })))
    Template.fromStack(mending).hasResource('AWS::AutoScaling::AutoScalingGroup', {
      UpdatePolicy: {
        AutoScalingInstanceRefresh: {
          Strategy: 'Rolling',
          Preferences: { SkipMatching: true, BakeTime: 600, AlarmSpecification: Match.absent() },
        },
      },
    })
  })

  it('launches a sensor before it takes one away', () => {
    group({ InstanceMaintenancePolicy: { MinHealthyPercentage: 100, MaxHealthyPercentage: 110 } })
  })

  it('holds as many warm sensors as the fleet says, and not all that are missing to its maximum', () => {
    template.resourceCountIs('AWS::AutoScaling::WarmPool', 0)
    Template.fromStack(ownStack).hasResourceProperties('AWS::AutoScaling::WarmPool', {
      MinSize: 3,
      MaxGroupPreparedCapacity: 3,
      PoolState: 'Stopped',
    })
  })
})

describe('scaling', () => {
  it('follows the busiest worker, and no policy looks at the CPU', () => {
    template.hasResourceProperties('AWS::AutoScaling::ScalingPolicy', {
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingConfiguration: {
        TargetValue: 60,
        CustomizedMetricSpecification: Match.objectLike({
          Namespace: 'MirrorFleet',
          MetricName: 'WorkerBusyPercent',
          Statistic: 'Average',
          // Without data of this unit the policy would see none at all.
          Unit: cloudWatchMetrics.WorkerBusyPercent.unit,
        }),
      },
    })
    expect(JSON.stringify(template.findResources('AWS::AutoScaling::ScalingPolicy'))).not.toMatch(/CPU/)
  })

  it('adds sensors on the loss of a single one where the group is busy, and none because nobody reports', () => {
    const metric = (name: string, statistic: string) =>
      Match.objectLike({
        MetricStat: {
          Metric: {
            Namespace: 'MirrorFleet',
            MetricName: name,
            Dimensions: [{ Name: 'AutoScalingGroupName', Value: 'test-sensors' }],
          },
          Period: 60,
          Stat: statistic,
        },
        ReturnData: false,
      })
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      // One flow too big for a worker makes loss in an idle group, and more sensors do not help it.
      Metrics: [
        Match.objectLike({ Expression: 'IF(busy > 30, loss, 0)' }),
        metric('LossPercent', 'Maximum'),
        metric('WorkerBusyPercent', 'Average'),
      ],
      Threshold: 0.1,
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: Match.stringLikeRegexp('ScalingLoss') }],
    })
  })

  it('takes greater steps for greater loss, without a gap between them', () => {
    template.hasResourceProperties('AWS::AutoScaling::ScalingPolicy', {
      PolicyType: 'StepScaling',
      MinAdjustmentMagnitude: 1,
      StepAdjustments: [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 0.9, ScalingAdjustment: 10 },
        { MetricIntervalLowerBound: 0.9, ScalingAdjustment: 25 },
      ],
    })
  })
})

interface Statement {
  readonly Action: string | readonly string[]
  readonly Resource: unknown
  readonly Condition?: unknown
}
const statements: readonly Statement[] =
  template.findResources('AWS::IAM::Role')[Object.keys(template.findResources('AWS::IAM::Role'))[0] ?? '']?.Properties
    .Policies[0].PolicyDocument.Statement
const statementOf = (action: string) => statements.find(({ Action }) => [Action].flat().includes(action))

describe('a sensor’s role', () => {
  it('completes the hooks of its own group only', () => {
    expect(statementOf('autoscaling:CompleteLifecycleAction')?.Resource).toMatch(
      /^arn:aws:autoscaling:eu-central-1:111122223333:autoScalingGroup:\*:autoScalingGroupName\/test-sensors$/,
    )
  })

  it('puts metrics into the fleets’ namespace only', () => {
    expect(statementOf('cloudwatch:PutMetricData')?.Condition).toEqual({
      StringEquals: { 'cloudwatch:namespace': 'MirrorFleet' },
    })
  })

  it('reads one object: the agent that it runs', () => {
    expect(JSON.stringify(statementOf('s3:GetObject')?.Resource)).toMatch(/\/[0-9a-f]{64}\.zip"/)
  })

  it('has no action by wildcard, and every resource only for what takes no other', () => {
    const actions = statements.flatMap(({ Action }) => Action)
    expect(actions.filter((action) => action.includes('*'))).toEqual([])
    const unbound = statements.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action)
    expect(unbound.toSorted()).toEqual([
      'cloudwatch:PutMetricData',
      'elasticloadbalancing:DescribeTargetHealth',
      'ssm:UpdateInstanceInformation',
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ])
  })

  it('has its policy before the first instance asks for it', () => {
    template.resourceCountIs('AWS::IAM::Policy', 0)
  })
})

describe('a fleet of one sensor behind no load balancer', () => {
  it('gives the sensor the interface that is the mirror target, and keeps it when the sensor goes', () => {
    alone.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        NetworkInterfaces: [
          {
            DeviceIndex: 0,
            NetworkInterfaceId: sensorInterfaceId,
            DeleteOnTermination: false,
            EnaQueueCount: Match.absent(),
          },
        ],
      },
    })
    alone.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
      AvailabilityZones: ['eu-central-1a'],
      VPCZoneIdentifier: Match.absent(),
      TargetGroupARNs: Match.absent(),
    })
  })

  it('holds on to no sensor that goes, for the next one cannot start before the interface is free', () => {
    alone.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
      MinSize: '1',
      MaxSize: '1',
      InstanceMaintenancePolicy: { MinHealthyPercentage: 0, MaxHealthyPercentage: 100 },
      LifecycleHookSpecificationList: [Match.objectLike({ LifecycleHookName: 'test-launch' })],
    })
  })

  it('is replaced by no deployment: a refresh would launch the new sensor while the old one has the interface', () => {
    alone.hasResource('AWS::AutoScaling::AutoScalingGroup', { UpdatePolicy: Match.absent() })
  })

  it('is not scaled, and its health is the instance’s', () => {
    alone.resourceCountIs('AWS::AutoScaling::ScalingPolicy', 0)
    alone.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', { HealthCheckType: 'EC2' })
  })
})
