import { judgeAwsDeployment } from './aws-deployment-rules.ts'
import { type Complaint, toGot } from './complaint.ts'
import type { FleetDescription } from './fleet.ts'
import { judgeSourceNames } from './mirror-sources.ts'
import { judgeTrafficMirrorFilter } from './traffic-mirror-filter.ts'

/** Complains about each value that stood before it in the list. */
function judgeUnique(values: readonly unknown[], toPath: (index: number) => string, allowed: string): Complaint[] {
  return values.flatMap((got, index) =>
    values.indexOf(got) < index ? [{ path: toPath(index), got: toGot(got), allowed }] : [],
  )
}

/** What several fields must agree on. Row order is the order of the complaints. */
const rules: readonly ((fleet: FleetDescription) => Complaint[])[] = [
  ({ zones }) => judgeUnique(zones, (index) => `zones[${index}]`, 'each zone once'),

  ({ sensors: { minimumCapacity, desiredCapacity, maximumCapacity } }) =>
    minimumCapacity <= desiredCapacity && desiredCapacity <= maximumCapacity
      ? []
      : [
          {
            path: 'sensors.desiredCapacity',
            got: toGot(desiredCapacity),
            allowed: `minimumCapacity..maximumCapacity, which is ${minimumCapacity}..${maximumCapacity}`,
          },
        ],

  ({ sources }) => judgeSourceNames(sources),

  ({ sources, zones }) =>
    sources.flatMap(({ zone }, index) =>
      zones.includes(zone)
        ? []
        : [{ path: `sources[${index}].zone`, got: toGot(zone), allowed: `one of zones: ${zones.join(', ')}` }],
    ),

  ({ trafficMirrorFilter }) => judgeTrafficMirrorFilter(trafficMirrorFilter),

  // Equal is allowed: it is the Application Load Balancer that wants the interval to be longer (aws-cdk issue 16446).
  ({ loadBalancer: { healthCheck } }) =>
    healthCheck.timeoutSeconds <= healthCheck.intervalSeconds
      ? []
      : [
          {
            path: 'loadBalancer.healthCheck.timeoutSeconds',
            got: toGot(healthCheck.timeoutSeconds),
            allowed: `at most intervalSeconds, which is ${healthCheck.intervalSeconds}`,
          },
        ],

  // The gateway neither fragments nor complains: what is longer is lost in silence (aws.md 1.2, 3.6).
  ({ loadBalancer, trafficMirrorSession: { packetLength } }) =>
    loadBalancer.kind !== 'gateway' || packetLength <= 8446
      ? []
      : [
          {
            path: 'trafficMirrorSession.packetLength',
            got: toGot(packetLength),
            allowed: '1..8446 behind a gateway load balancer',
          },
        ],

  judgeAwsDeployment,
]

/** @returns every complaint about fields that do not fit together; each field alone is right already. */
export const judgeFleetFields = (fleet: FleetDescription): Complaint[] => rules.flatMap((rule) => rule(fleet))
