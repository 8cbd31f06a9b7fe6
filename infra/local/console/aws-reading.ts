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
  /** A sensor has answered this console before: from here they can be reached, so silence is a sensor's own. */
  readonly hasAnswered: boolean
  readonly alerts: AlertsView
}

/** Finding of a sensor that nobody could have heard from here. Not among the reasons of an agent. */
export const unheard = 'not-reached-from-here'

/** Whether something answered where a sensor should be, be it another sensor. */
export const isAnyAnswering = ({ sensors }: FleetReading): boolean => sensors.some(({ sensor }) => sensor.answered)

/**
 * A fleet on AWS as a console sees it. While AWS cannot be read the sensors that it told of last stay, for they are asked
 * directly and their own word is as good as ever; what the load balancer said of them is forgotten at once.
 *
 * While no sensor has ever answered, silence tells of the console's place and not of the sensors: each is then degraded with
 * the finding `not-reached-from-here`, unless the load balancer refuses it. A sensor that is really gone stays so until the
 * load balancer notices.
 */
export function toConsoleReading(reading: AwsReading): ConsoleReading {
  const { atMilliseconds, fleet, alerts, awsFault, hasAnswered } = reading
  const hasTargets = awsFault === null && fleet !== null && fleet.targetGroupArn !== null
  const isReached = hasAnswered || (fleet !== null && isAnyAnswering(fleet))
  const sensors = fleet?.sensors.filter((views) => !isGone(views)) ?? []
  return {
    ...{ atMilliseconds, alerts, sources: null, loadBalancer: null },
    sensors: sensors.map((views) => toSensorReading(views, { hasTargets, isReached })),
    faults: [...toAwsFaults(reading), ...toSilenceFaults(sensors, reading.addressesFault, isReached)],
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

interface Sight {
  /** The load balancer's word is known. */
  readonly hasTargets: boolean
  readonly isReached: boolean
}

const silent = { status: 'silent', findings: [], funnel: [] } as const
/** Nobody expects it to answer yet. */
const starting = { status: 'degraded', findings: ['starting'], funnel: [] } as const
const unreached = { status: 'degraded', findings: [unheard], funnel: [] } as const

function toSensorReading(views: SensorViews, { hasTargets, isReached }: Sight): SensorReading {
  const { id, zone, target, instance } = views
  // As degraded it would seem to say that it works, against the load balancer's word.
  const isRefused = hasTargets && target?.state.startsWith('unhealthy')
  const isStarting = instance !== null && toStage(instance) === 'starting'
  const unspoken = isStarting ? starting : isReached || isRefused ? silent : unreached
  const { status, findings, funnel } = toOwnWord(views) ?? unspoken
  return {
    ...{ id, zone, status, findings, funnel },
    targetState: hasTargets ? (target?.state ?? 'unused') : null,
    targetReason: hasTargets ? (target?.reason ?? null) : null,
    forwardedPackets: null,
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
function toSilenceFaults(
  sensors: readonly SensorViews[],
  addressesFault: string | null,
  isReached: boolean,
): readonly string[] {
  const expected = sensors.filter(isExpected)
  const mute = expected.filter((views) => toOwnWord(views) === null)
  const [first] = mute
  if (first === undefined) return []
  if (mute.length === expected.length) {
    const remedy = addressesFault === null ? unreachable : 'see npm run fleet -- console --help for the permissions'
    const meanwhile = isReached
      ? ''
      : '; until one answers, how they are is unknown and what the load balancer says is shown'
    return [
      `no sensor in service answers (${expected.length} asked; ${first.id}: ${toLine(toSilence(first))}): ${remedy}${meanwhile}`,
    ]
  }
  const rest = mute.length - mostNamed
  return [
    ...mute.slice(0, mostNamed).map((views) => `${views.id} does not answer: ${toLine(toSilence(views))}`),
    ...(rest > 0 ? [`of the sensors in service ${rest} more ${rest === 1 ? 'does' : 'do'} not answer`] : []),
  ]
}

const unreachable =
  'their port is open only to the load balancer and to the fleet’s scraper security group; run this on an instance in the VPC that has that group'

const isExpected = ({ instance, target }: SensorViews): boolean =>
  target?.state === 'healthy' || (instance !== null && toStage(instance) === 'in-service')

const toSilence = ({ sensor }: SensorViews): string =>
  sensor.answered ? `another sensor, ${sensor.status.id}, answers at its address` : sensor.fault
