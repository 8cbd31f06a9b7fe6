import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, Stack } from 'aws-cdk-lib'
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2'
import type { AwsFleet } from '../../../infra/aws/aws-fleet.ts'
import { ArchiveStack } from '../../../infra/aws/stacks/archive-stack.ts'
import { importNetwork, NetworkStack } from '../../../infra/aws/stacks/network-stack.ts'
import { SensorsStack } from '../../../infra/aws/stacks/sensors-stack.ts'
import { awsEnv, createAwsApp } from '../aws-app.ts'

export const targetGroupArn =
  'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/test-sensors/0123456789abcdef'
export const sensorInterfaceId = 'eni-0123456789abcdef0'

/** The sensors' stack with plain values for what the other stacks give it, and a folder of one small file for the agent. */
export function toSensorsStack(fleet: AwsFleet, app: App = createAwsApp()): SensorsStack {
  const props = { fleet, env: awsEnv }
  const { vpcId } = fleet.aws.network
  const archive = new ArchiveStack(app, 'archive', props)
  const network = vpcId === undefined ? new NetworkStack(app, 'network', props) : importNetwork(archive, fleet, vpcId)
  const other = new Stack(app, 'other', { env: awsEnv })
  const alone = fleet.loadBalancer.kind === 'none'
  const metric = new Metric({ namespace: 'MirrorFleet', metricName: 'LossPercent' })
  const agentFolder = mkdtempSync(join(tmpdir(), 'mirror-fleet-test-'))
  try {
    writeFileSync(join(agentFolder, 'sensor-agent.mjs'), '')
    return new SensorsStack(app, 'sensors', {
      ...props,
      agentFolder,
      network,
      archive,
      entry: {
        sensorSecurityGroup: SecurityGroup.fromSecurityGroupId(other, 'Sensor', 'sg-0123456789abcdef0'),
        targetGroup: alone ? null : { arn: targetGroupArn },
        sensorInterfaceId: alone ? sensorInterfaceId : null,
      },
      rollbackAlarms: [
        new Alarm(other, 'Loss', { alarmName: 'test-loss', metric, threshold: 1, evaluationPeriods: 1 }),
      ],
    })
  } finally {
    rmSync(agentFolder, { recursive: true })
  }
}
