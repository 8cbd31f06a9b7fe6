import type { Clients } from '../../../healthcheck/fleet/clients.ts'
import type { FleetOptions } from '../../../healthcheck/fleet/fleet-options.ts'
import { askSensors, readListing } from '../../../healthcheck/fleet/read-members.ts'
import { type AwsReading, isAnyAnswering, toConsoleReading } from './aws-reading.ts'
import { ListingFollower } from './fleet-listing.ts'
import type { AlertsView } from './messages.ts'
import { readPrometheusAlerts } from './prometheus-alerts.ts'
import type { ConsoleSource } from './source.ts'

/** The page calls itself stale after five seconds without a view, and a sensor that is gone takes its deadline to show it. */
const readSeconds = 2
const sensorDeadlineSeconds = 2
const alertsDeadlineSeconds = 2
/** The most that all sensors together may take: with a thousand that do not answer their deadlines would add up. */
const sensorsDeadlineSeconds = 4
/** Five readings, and three of what the engine's workers hand in. */
const windowSeconds = 10

export interface AwsSourceOptions extends FleetOptions {
  readonly clients: Clients
  readonly fleet: string
  /** The AWS region, as it is shown. */
  readonly region: string
  /** Between two questions to AWS; one may take as long. */
  readonly intervalSeconds: number
  readonly prometheus: string | null
  readonly nowMilliseconds: () => number
  /** Ends whatever is being read. */
  readonly signal: AbortSignal
}

/** A fleet on AWS, read-only: AWS's two views every interval, every sensor's own word every two seconds. */
export function toAwsSource(options: AwsSourceOptions): ConsoleSource {
  const { clients, fleet, region, group, targetGroupArn, intervalSeconds } = options
  const before = (seconds: number) => AbortSignal.any([options.signal, AbortSignal.timeout(seconds * 1000)])
  const listings = new ListingFollower(
    () => readListing(clients, { group, targetGroupArn, signal: before(intervalSeconds) }),
    intervalSeconds,
  )
  let hasAnswered = false
  return {
    ...{ fleet, region, windowSeconds, intervalSeconds: readSeconds },
    // The target group's settings would need one more permission.
    detectionSeconds: null,
    read: async () => {
      const reading = await readFleet(options, listings, before)
      hasAnswered ||= reading.fleet !== null && isAnyAnswering(reading.fleet)
      return toConsoleReading({ ...reading, hasAnswered })
    },
    readEve: null,
    toMirror: () => null,
    demonstration: null,
  }
}

type Before = (seconds: number) => AbortSignal

async function readFleet(
  { port, prometheus, nowMilliseconds }: AwsSourceOptions,
  listings: ListingFollower,
  before: Before,
): Promise<Omit<AwsReading, 'hasAnswered'>> {
  const { listing, fault: awsFault } = await listings.look(nowMilliseconds())
  const atMilliseconds = nowMilliseconds()
  const question = { port, sensorDeadlineSeconds, signal: before(sensorsDeadlineSeconds) }
  const [fleet, alerts] = await Promise.all([
    listing === null ? null : askSensors(listing, question),
    readAlerts(prometheus, before),
  ])
  const addressesFault = listing?.addressesFault ?? null
  return { atMilliseconds, fleet, awsFault, addressesFault, alerts }
}

const readAlerts = async (prometheus: string | null, before: Before): Promise<AlertsView> =>
  prometheus === null
    ? {
        isRead: false,
        isAsked: false,
        fault: 'no Prometheus to ask; give --prometheus URL of the one that scrapes this fleet',
      }
    : await readPrometheusAlerts(prometheus, before(alertsDeadlineSeconds))
