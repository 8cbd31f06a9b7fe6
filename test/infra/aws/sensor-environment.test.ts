import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { toSensorEnvironment } from '../../../infra/aws/sensor-environment.ts'
import { Environment } from '../../../sensor-agent/config.ts'
import { targetGroupArn } from '../../support/aws/sensors-app.ts'
import { awsEnv, toAwsFleet } from '../../support/aws-app.ts'

const vpc = { vpcCidr: '10.20.0.0/16', secondaryCidrs: ['10.21.0.0/16'] }
const source = (name: string, virtualNetworkId?: number) => ({
  name,
  zone: 'eu-central-1a',
  networkInterfaceId: `eni-0123456789abcdef${virtualNetworkId ?? 0}`,
  ...(virtualNetworkId === undefined ? {} : { virtualNetworkId }),
})

describe('the environment of a sensor on AWS', () => {
  it('is what the agent takes, with what only the instance knows', () => {
    const environment = {
      ...toSensorEnvironment(toAwsFleet(vpc), targetGroupArn),
      SENSOR_ID: 'i-0123456789abcdef0',
    }
    const decoded = Value.Convert(Environment, Value.Default(Environment, environment))
    expect([...Value.Errors(Environment, decoded)]).toEqual([])
  })

  it('names the group, hooks and target group that the sensor has a part in', () => {
    expect(toSensorEnvironment(toAwsFleet(), targetGroupArn)).toMatchObject({
      SENSOR_AUTO_SCALING_GROUP: 'test-sensors',
      SENSOR_LAUNCH_HOOK: 'test-launch',
      SENSOR_TERMINATE_HOOK: 'test-terminate',
      SENSOR_TARGET_GROUP_ARN: targetGroupArn,
      SENSOR_CLOUDWATCH_NAMESPACE: 'MirrorFleet',
    })
  })

  it('has neither a target group nor a hook to leave by where its interface is the target', () => {
    const alone = toSensorEnvironment(toAwsFleet(), null)
    expect(alone).toHaveProperty('SENSOR_LAUNCH_HOOK')
    expect(alone).not.toHaveProperty('SENSOR_TARGET_GROUP_ARN')
    expect(alone).not.toHaveProperty('SENSOR_TERMINATE_HOOK')
  })

  it.each([
    ['the VPC’s blocks', vpc, '10.20.0.0/16,10.21.0.0/16'],
    [
      'where mirrored traffic comes from, if the fleet says so',
      { ...vpc, aws: { ...awsEnv, sourceCidrs: ['10.40.0.0/16'] } },
      '10.40.0.0/16',
    ],
    [
      'the agent’s own default behind a gateway, whose consumers nobody knows',
      { ...vpc, loadBalancer: { kind: 'gateway' } },
      undefined,
    ],
  ])('counts as ours: %s', (_, described, homeNets) => {
    expect(toSensorEnvironment(toAwsFleet(described), null).SENSOR_HOME_NETS).toBe(homeNets)
  })

  it('gives the kernel a device for each VNI of the fleet’s sessions, once', () => {
    const described = { sources: [source('a', 7), source('b'), source('c', 3)], sensors: { decapsulation: 'kernel' } }
    expect(toSensorEnvironment(toAwsFleet(described), null).SENSOR_VNIS).toBe('1,3,7')
    expect(toSensorEnvironment(toAwsFleet(), null).SENSOR_VNIS).toBeUndefined()
  })
})
