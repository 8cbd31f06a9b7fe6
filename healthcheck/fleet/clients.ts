import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'

export interface Clients {
  readonly autoScaling: AutoScalingClient
  readonly loadBalancing: ElasticLoadBalancingV2Client
  readonly ec2: EC2Client
}

export interface ClientSettings {
  /** null: as the SDK finds it, in the environment or the profile. */
  readonly region: string | null
  /** Of one request. */
  readonly deadlineSeconds: number
}

/** Throttled calls are repeated with growing pauses; the caller's deadline ends them, not their number. */
const maxAttempts = 10

/** The three clients that read a fleet, with credentials as the SDK finds them. Nothing is asked yet. */
export function makeClients({ region, deadlineSeconds }: ClientSettings): Clients {
  const settings = {
    ...(region === null ? {} : { region }),
    maxAttempts,
    // Without the last one the client only warns on the console, and lets the request run on.
    requestHandler: { connectionTimeout: 5_000, requestTimeout: deadlineSeconds * 1000, throwOnRequestTimeout: true },
  }
  return {
    autoScaling: new AutoScalingClient(settings),
    loadBalancing: new ElasticLoadBalancingV2Client(settings),
    ec2: new EC2Client(settings),
  }
}

/** The region that these clients ask. @throws when none was given and the SDK finds none */
export const readRegion = ({ autoScaling }: Clients): Promise<string> => autoScaling.config.region()
