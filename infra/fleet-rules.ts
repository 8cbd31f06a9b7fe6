import { judgeAwsDeployment } from './aws-deployment-rules.ts'
import { type Complaint, complain, judgeUnique } from './complaint.ts'
import type { FleetDescription } from './fleet.ts'
import { judgeSourceNames, toVirtualNetworkIds } from './mirror-sources.ts'
import { judgeTrafficMirrorFilter } from './traffic-mirror-filter.ts'

/** Devices that an agent makes (sensor-agent/decapsulation.ts); it ends with exit code 2 if asked for more. */
const maximumVnis = 64

function judgeDecapsulation({ sensors, sources, loadBalancer, trafficMirrorSession }: FleetDescription): Complaint[] {
  if (sensors.decapsulation !== 'kernel') return []
  const vnis = toVirtualNetworkIds(trafficMirrorSession, sources)
  const allowed = `at most ${maximumVnis} different virtualNetworkIds with sensors.decapsulation "kernel"`
  return [
    ...(vnis.length > maximumVnis ? [complain('sources', `${vnis.length} of them`, allowed)] : []),
    // What comes in GENEVE no vxlan device takes.
    ...(loadBalancer.kind === 'gateway'
      ? [complain('sensors.decapsulation', 'kernel', '"suricata" behind a gateway, which wraps VXLAN in GENEVE')]
      : []),
  ]
}

/** What several fields must agree on. Row order is the order of the complaints. */
const rules: readonly ((fleet: FleetDescription) => Complaint[])[] = [
  ({ zones }) => judgeUnique(zones, (index) => `zones[${index}]`, 'each zone once'),

  ({ sensors: { minimumCapacity, desiredCapacity, maximumCapacity } }) =>
    minimumCapacity <= desiredCapacity && desiredCapacity <= maximumCapacity
      ? []
      : [
          complain(
            'sensors.desiredCapacity',
            desiredCapacity,
            `minimumCapacity..maximumCapacity, which is ${minimumCapacity}..${maximumCapacity}`,
          ),
        ],

  ({ sources }) => judgeSourceNames(sources),

  ({ sources, zones }) =>
    sources.flatMap(({ zone }, index) =>
      zones.includes(zone) ? [] : [complain(`sources[${index}].zone`, zone, `one of zones: ${zones.join(', ')}`)],
    ),

  ({ trafficMirrorFilter }) => judgeTrafficMirrorFilter(trafficMirrorFilter),

  // Equal is allowed: it is the Application Load Balancer that wants the interval to be longer (aws-cdk issue 16446).
  ({ loadBalancer: { healthCheck } }) =>
    healthCheck.timeoutSeconds <= healthCheck.intervalSeconds
      ? []
      : [
          complain(
            'loadBalancer.healthCheck.timeoutSeconds',
            healthCheck.timeoutSeconds,
            `at most intervalSeconds, which is ${healthCheck.intervalSeconds}`,
          ),
        ],

  // The gateway neither fragments nor complains: what is longer is lost in silence (aws.md 1.2, 3.6).
  ({ loadBalancer, trafficMirrorSession: { packetLength } }) =>
    loadBalancer.kind !== 'gateway' || packetLength <= 8446
      ? []
      : [complain('trafficMirrorSession.packetLength', packetLength, '1..8446 behind a gateway load balancer')],

  judgeDecapsulation,

  judgeAwsDeployment,
]

/** @returns every complaint about fields that do not fit together; each field alone is right already. */
export const judgeFleetFields = (fleet: FleetDescription): Complaint[] => rules.flatMap((rule) => rule(fleet))
