import type { CloudWatchQuery, Panel } from '../panels/panel.ts'
import { one } from '../panels/panel.ts'
import { type Figure, figures } from '../panels/unit.ts'
import { chosen, chosenFleets, perSecond } from '../queries.ts'
import { recorded } from '../recording-rules.ts'
import type { Board } from './board.ts'
import { cloudWatchVariables } from './variables.ts'

type Statistic = CloudWatchQuery['statistic']
type Measured = readonly [metricName: string, statistic: Statistic]

const from =
  (namespace: string, dimensions: CloudWatchQuery['dimensions'], matchExact = true) =>
  (title: string, description: string, figure: Figure, ...measured: readonly Measured[]): Panel => ({
    title,
    description,
    ...{ view: 'lines', figure, width: 8 },
    queries: measured.map(([metricName, statistic]) => ({ namespace, metricName, statistic, dimensions, matchExact })),
  })

const target = { LoadBalancer: '$balancer', TargetGroup: '$target_group' }
const ofTargets = from('$balancer_namespace', target)
const ofBalancer = from('$balancer_namespace', { LoadBalancer: '$balancer' })
const ofGroup = from('AWS/AutoScaling', { AutoScalingGroupName: '$group' })
/** Its metrics carry the type, the service and the VPC of the endpoint as well. */
const ofEndpoint = from('AWS/PrivateLinkEndpoints', { 'VPC Endpoint Id': '$endpoint' }, false)
const ofSource = from('AWS/EC2', { InstanceId: '$source_instance' })

const targets: readonly Panel[] = [
  ofTargets('Healthy targets', 'At 0 the load balancer sends to all targets.', figures.atLeastOne, [
    'HealthyHostCount',
    'Minimum',
  ]),
  ofTargets('Unhealthy targets', 'Compare with the sensors’ own view beside it.', figures.faults, [
    'UnHealthyHostCount',
    'Maximum',
  ]),
  {
    title: 'Ready in the sensors’ own view',
    description: 'Where it differs from the healthy targets: a security group, the health check’s port, or a zone.',
    ...{ view: 'lines', figure: figures.atLeastOne, width: 8 },
    queries: one(recorded('fleetReady', chosenFleets), '{{fleet}}'),
  },
]

const traffic: readonly Panel[] = [
  ofBalancer('Bytes', 'Processed in each period; envelopes included.', figures.bytes, ['ProcessedBytes', 'Sum']),
  ofBalancer(
    'Flows',
    'Outer flows: new ones, and those it remembers. UDP flows are forgotten after 120 s idle.',
    figures.count,
    ['NewFlowCount', 'Sum'],
    ['ActiveFlowCount', 'Average'],
  ),
  {
    title: 'Packets by sensor',
    description: 'CloudWatch has no bytes by target; the sensors count what arrives.',
    ...{ view: 'stacked', figure: figures.packetsPerSecond, width: 8, opens: 'sensor' },
    queries: one(perSecond(chosen('capturePackets'))),
  },
]

const losses: readonly Panel[] = [
  ofBalancer(
    'Refused or sent without health (NLB)',
    'Flows refused, and flows sent on while no target was healthy. GWLB has no such figures.',
    figures.faults,
    ['RejectedFlowCount', 'Sum'],
    ['UnhealthyRoutingFlowCount', 'Sum'],
  ),
  ofEndpoint('Dropped at the endpoint (GWLB)', 'Packets that the mirror target’s endpoint dropped.', figures.faults, [
    'PacketsDropped',
    'Sum',
  ]),
  ofSource(
    'Not mirrored at the source',
    'Packets that met the filter and gave way to the source’s own traffic; every five minutes.',
    figures.faults,
    ['NetworkPacketsSkipMirrorIn', 'Sum'],
    ['NetworkPacketsSkipMirrorOut', 'Sum'],
  ),
]

const scaling: readonly Panel[] = [
  ofGroup(
    'Instances in service',
    'Against the most and the least that the group may have.',
    figures.count,
    ['GroupInServiceInstances', 'Maximum'],
    ['GroupMaxSize', 'Maximum'],
    ['GroupMinSize', 'Minimum'],
  ),
  ofGroup(
    'Instances on their way',
    'Starting, and leaving. Long ones hang in a lifecycle hook.',
    figures.count,
    ['GroupPendingInstances', 'Maximum'],
    ['GroupTerminatingInstances', 'Maximum'],
  ),
  ofSource(
    'Mirrored at the source',
    'Packets that the source mirrored; every five minutes.',
    figures.count,
    ['NetworkPacketsMirrorIn', 'Sum'],
    ['NetworkPacketsMirrorOut', 'Sum'],
  ),
]

export const loadBalancerBoard: Board = {
  name: 'load-balancer',
  title: 'load balancer',
  description: 'What only AWS can see, from CloudWatch: targets, flows, and packets lost before a sensor.',
  variables: cloudWatchVariables,
  sections: [
    { title: 'Targets', panels: targets },
    { title: 'Traffic', panels: traffic },
    { title: 'Lost before a sensor', panels: losses },
    { title: 'Scaling and sources', panels: scaling },
  ],
}
