import { cloudWatchNamespace } from '../../sensor-agent/cloudwatch.ts'
import type { Environment } from '../../sensor-agent/config.ts'
import { toVirtualNetworkIds } from '../mirror-sources.ts'
import { type AwsFleet, toNames } from './aws-fleet.ts'

/** As the agent's own (config.ts) where the fleet does not know whose traffic it gets: behind a gateway consumers decide. */
const toHomeNets = ({ aws, vpcCidr, secondaryCidrs, loadBalancer }: AwsFleet): readonly string[] =>
  aws.sourceCidrs ?? (loadBalancer.kind === 'gateway' ? [] : [vpcCidr, ...secondaryCidrs])

/**
 * The agent's environment on every instance of the fleet. Its id, zone and interface only the instance knows.
 * @param targetGroupArn null where the sensor's own interface is the mirror target
 */
export function toSensorEnvironment(
  fleet: AwsFleet,
  targetGroupArn: string | null,
): Partial<Record<keyof Environment, string>> {
  const { captureThreads, ringMebibytes, decapsulation } = fleet.sensors
  const { autoScalingGroup, launchHook, terminateHook } = toNames(fleet)
  const homeNets = toHomeNets(fleet)
  return {
    SENSOR_CAPTURE_THREADS: String(captureThreads),
    SENSOR_RING_MEBIBYTES: String(ringMebibytes),
    SENSOR_DECAPSULATION: decapsulation,
    // VNIs of the fleet's own sources; what comes with another, from a spoke, is left to the engine.
    ...(decapsulation === 'kernel'
      ? { SENSOR_VNIS: toVirtualNetworkIds(fleet.trafficMirrorSession, fleet.sources).join(',') }
      : {}),
    ...(homeNets.length === 0 ? {} : { SENSOR_HOME_NETS: homeNets.join(',') }),
    SENSOR_AUTO_SCALING_GROUP: autoScalingGroup,
    SENSOR_LAUNCH_HOOK: launchHook,
    ...(targetGroupArn === null
      ? {}
      : { SENSOR_TERMINATE_HOOK: terminateHook, SENSOR_TARGET_GROUP_ARN: targetGroupArn }),
    SENSOR_CLOUDWATCH_NAMESPACE: cloudWatchNamespace,
  }
}
