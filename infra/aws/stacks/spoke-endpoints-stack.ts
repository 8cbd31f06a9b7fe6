import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { SpokeDescription } from '../../spoke.ts'
import { addZonalEndpoints } from '../constructs/zonal-endpoints.ts'
import { exportStrongly } from '../strong-export.ts'

export interface SpokeEndpointsStackProps extends StackProps {
  readonly spoke: SpokeDescription
  readonly endpointServiceName: string
}

/**
 * A spoke's endpoints of a gateway. A stack of their own: they wait until the owner of the fleet accepts them, and a mirror
 * target that is refused meanwhile must not take them along when it is rolled back.
 */
export class SpokeEndpointsStack extends Stack {
  /** By zone. */
  readonly endpointIds: ReadonlyMap<string, string>

  constructor(scope: Construct, id: string, { spoke, endpointServiceName, ...props }: SpokeEndpointsStackProps) {
    super(scope, id, props)
    this.endpointIds = addZonalEndpoints(this, spoke, endpointServiceName)
    new CfnOutput(this, 'EndpointIds', {
      description: 'Endpoints that the owner of the fleet must accept before the mirror stack is deployed',
      value: [...this.endpointIds.values()].join(' '),
    })
    exportStrongly(this)
  }
}
