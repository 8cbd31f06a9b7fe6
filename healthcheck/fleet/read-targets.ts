import {
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { askAws } from './aws-call.ts'
import type { Target } from './fleet-reading.ts'
import { type TargetState, targetStates } from './target-state.ts'

const isTargetState = (word: string): word is TargetState => Object.hasOwn(targetStates, word)

/** Of a network or a gateway load balancer's target group alike. @throws FleetUnread */
export async function readTargets(
  client: ElasticLoadBalancingV2Client,
  targetGroupArn: string,
  signal: AbortSignal,
): Promise<readonly Target[]> {
  const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn })
  const answer = client.send(command, { abortSignal: signal })
  const { TargetHealthDescriptions = [] } = await askAws('DescribeTargetHealth', answer, signal)
  return TargetHealthDescriptions.map(({ Target: target, TargetHealth: health }) => {
    const state: string = health?.State ?? ''
    // A state that AWS has added since says nothing that we could judge; its own word is then the reason.
    return isTargetState(state)
      ? { id: target?.Id ?? '', state, reason: health?.Reason ?? null }
      : { id: target?.Id ?? '', state: 'unavailable', reason: state }
  })
}
