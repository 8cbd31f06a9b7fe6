import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Clock } from '../read/clock.ts'
import { callAws, clientSettings, type Outcome } from './aws-call.ts'

/**
 * Asks whether the target group still knows this instance. One that drains is known: it gets the packets of its flows
 * until the deregistration delay has passed, and is `unused` after that, or InvalidTarget, which is an answer too.
 */
export function openTargetHealth(targetGroupArn: string, instanceId: string, clock: Pick<Clock, 'after'>) {
  const client = new ElasticLoadBalancingV2Client(clientSettings)
  const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn, Targets: [{ Id: instanceId }] })
  return async (): Promise<Outcome<boolean>> => {
    const outcome = await callAws(
      'DescribeTargetHealth',
      async (abortSignal) => {
        const { TargetHealthDescriptions: targets = [] } = await client.send(command, { abortSignal })
        return targets.some(({ TargetHealth: health }) => health?.State !== 'unused')
      },
      clock,
    )
    const isUnknown = outcome.kind === 'failed' && outcome.name === 'InvalidTargetException'
    return isUnknown ? { kind: 'answered', value: false } : outcome
  }
}
