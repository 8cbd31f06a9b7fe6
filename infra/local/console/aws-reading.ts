import { type FleetReading, type SensorViews, toStage } from '../../../healthcheck/fleet/fleet-reading.ts'
import type { SensorStatus } from '../../../healthcheck/fleet/sensor-status.ts'
import type { AlertsView } from './messages.ts'
import type { ConsoleReading, SensorReading } from './source.ts'

/** What was read of a fleet on AWS at one time. */
export interface AwsReading {
  /** Unix time. */
  readonly atMilliseconds: number
  /** The sensors that AWS told of last, asked now; null before it told of any. */
  readonly fleet: FleetReading | null
  /** Why AWS cannot be read now; null: it can. */
  readonly awsFault: string | null
  /** Why EC2 does not tell where the sensors are; null: it does. */
  readonly addressesFault: string | null
  readonly alerts: AlertsView
}

/**
 * A fleet on AWS as a console sees it. While AWS cannot be read the sensors that it told of last stay, for they are asked
 * directly and their own word is as good as ever; what the load balancer said of them is forgotten at once.
 */
export function toConsoleReading(reading: AwsReading): ConsoleReading {
  const { atMilliseconds, fleet, alerts, awsFault } = reading
  const hasTargets = awsFault === null && fleet !== null && fleet.targetGroupArn !== null
  const sensors = fleet?.sensors.filter((views) => !isGone(views)) ?? []
  return {
    ...{ atMilliseconds, alerts, sources: null, loadBalancer: null },
    sensors: sensors.map((views) => toSensorReading(views, hasTargets)),
    faults: [...toAwsFaults(reading), ...toSilenceFaults(sensors, reading.addressesFault)],
  }
}

/** Leaving, or kept aside, and silent: nobody misses it. One that should be there and is silent stays. */
function isGone(views: SensorViews): boolean {
  const { instance, target } = views
  if (toOwnWord(views) !== null) return false
  return instance === null
    ? target?.state === 'draining' || target?.state === 'unused'
    : ['leaving', 'aside'].includes(toStage(instance))
}

function toSensorReading(views: SensorViews, hasTargets: boolean): SensorReading {
  const { id, zone, target } = views
  const own = toOwnWord(views)
  return {
    ...{ id, zone, status: own?.status ?? 'silent', findings: own?.findings ?? [] },
    targetState: hasTargets ? (target?.state ?? 'unused') : null,
    targetReason: hasTargets ? (target?.reason ?? null) : null,
    forwardedPackets: null,
    funnel: own?.funnel ?? [],
    isStopped: false,
  }
}

/** Null when it did not answer, or somebody else did: an address may have gone to another instance. */
const toOwnWord = ({ id, sensor }: SensorViews): SensorStatus | null =>
  sensor.answered && sensor.status.id === id ? sensor.status : null

function toAwsFaults({ fleet, awsFault, addressesFault }: AwsReading): readonly string[] {
  if (awsFault !== null) {
    const meanwhile =
      fleet === null
        ? 'no sensor is known yet'
        : 'the sensors are those that it told of last; what the load balancer says of them is unknown'
    return [`AWS cannot be read: ${toLine(awsFault)}; ${meanwhile}`]
  }
  return addressesFault === null ? [] : [`the sensors’ addresses cannot be read: ${toLine(addressesFault)}`]
}

const toLine = (text: string): string => text.replace(/\s+/g, ' ')

/** More would push everything else out of sight. */
const mostNamed = 3

/** Why sensors that should answer do not. All of them have one cause more likely than any of their own. */
function toSilenceFaults(sensors: readonly SensorViews[], addressesFault: string | null): readonly string[] {
  const expected = sensors.filter(isExpected)
  const silent = expected.filter((views) => toOwnWord(views) === null)
  const [first] = silent
  if (first === undefined) return []
  if (silent.length === expected.length) {
    return [
      `no sensor in service answers (${expected.length} asked; ${first.id}: ${toLine(toSilence(first))}): ${
        addressesFault === null ? unreachable : 'see npm run fleet -- console --help for the permissions'
      }`,
    ]
  }
  const rest = silent.length - mostNamed
  return [
    ...silent.slice(0, mostNamed).map((views) => `${views.id} does not answer: ${toLine(toSilence(views))}`),
    ...(rest > 0 ? [`of the sensors in service ${rest} more ${rest === 1 ? 'does' : 'do'} not answer`] : []),
  ]
}

const unreachable =
  'their port is open only to the load balancer and to the fleet’s scraper security group; run this on an instance in the VPC that has that group'

const isExpected = ({ instance, target }: SensorViews): boolean =>
  target?.state === 'healthy' || (instance !== null && toStage(instance) === 'in-service')

const toSilence = ({ sensor }: SensorViews): string =>
  sensor.answered ? `another sensor, ${sensor.status.id}, answers at its address` : sensor.fault
