import { type Complaint, judgeValue, toGot } from '../complaint.ts'
import { FleetDescription } from '../fleet.ts'
import { judgeFleetFields } from '../fleet-rules.ts'
import { localVpcCidr } from './network-plan.ts'
import { maxMembers, type Options } from './options.ts'

/** The description with the counts of the command line; sources beyond the described ones are numbered. */
export function withOptions(fleet: FleetDescription, options: Pick<Options, 'sensors' | 'sources'>): FleetDescription {
  const zone = (index: number) => fleet.zones[index % fleet.zones.length] ?? 'local'
  const sources =
    options.sources === null
      ? fleet.sources
      : Array.from({ length: options.sources }, (_, i) => ({ name: `source-${i + 1}`, zone: zone(i) }))
  const desiredCapacity = options.sensors ?? fleet.sensors.desiredCapacity
  const maximumCapacity =
    options.sensors === null ? fleet.sensors.maximumCapacity : Math.max(options.sensors, fleet.sensors.maximumCapacity)
  return { ...fleet, sources, sensors: { ...fleet.sensors, desiredCapacity, maximumCapacity } }
}

/** Namespaces of the region that are no source's. */
const takenName = /^(?:internet|load-balancer|sensor-\d+)$/

/** What one machine cannot build. Row order is the order of the complaints. */
const rules: readonly ((fleet: FleetDescription) => Complaint[])[] = [
  judgeFleetFields,

  ({ loadBalancer: { kind } }) =>
    complainUnless(kind === 'network', 'loadBalancer.kind', kind, '"network"; a gateway exists only on AWS'),

  ({ vpcCidr }) =>
    complainUnless(vpcCidr === localVpcCidr, 'vpcCidr', vpcCidr, `"${localVpcCidr}", for all is inside it`),

  ({ sensors: { desiredCapacity } }) =>
    complainUnless(
      desiredCapacity <= maxMembers,
      'sensors.desiredCapacity',
      desiredCapacity,
      `at most ${maxMembers} sensors`,
    ),

  ({ sources }) =>
    complainUnless(
      sources.length <= maxMembers,
      'sources',
      `a list of ${sources.length}`,
      `at most ${maxMembers} sources`,
    ),

  ({ sources }) =>
    sources.flatMap(({ name }, index) =>
      complainUnless(
        !takenName.test(name),
        `sources[${index}].name`,
        name,
        'another name: internet, load-balancer and sensor-1, sensor-2, ... are parts of the region',
      ),
    ),
]

const complainUnless = (fits: boolean, path: string, got: unknown, allowed: string): Complaint[] =>
  fits ? [] : [{ path, got: toGot(got), allowed: `${allowed} (on one machine)` }]

/** @returns every complaint about a fleet that AWS may build but one machine cannot, and about options that do not fit it */
export function judgeLocalFleet(fleet: FleetDescription): readonly string[] {
  const judged = judgeValue(FleetDescription, fleet, (value) => rules.flatMap((rule) => rule(value)))
  return judged.ok ? [] : judged.complaints
}
