import { cloudWatchPeriodSeconds } from '../cloudwatch.ts'
import type { Entry } from '../journal.ts'
import type { Clock } from '../read/clock.ts'
import type { Publication } from '../serve/publication.ts'
import { toServedVerdict } from '../serve/served-verdict.ts'
import { everyTick } from '../ticks.ts'
import { toMetricData } from './metric-data.ts'
import type { PutMetricData } from './put-metric-data.ts'

export interface CloudWatchPublisherOptions {
  readonly group: string
  readonly put: PutMetricData
  /** The sensor counts among those of its group; one in the warm pool would make the group look idle. */
  readonly isReporting: () => boolean
  readonly staleAfterSeconds: number
  readonly clock: Clock
  readonly log: (entry: Entry) => void
}

export interface CloudWatchPublisher {
  readonly publish: (publication: Publication) => void
  /** Puts once a minute until the signal is aborted. Never rejects. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

/** A put that is refused is made up for by the next one, a longer outage is not. And what a sample may be late. */
const keptSeconds = 2 * cloudWatchPeriodSeconds + 8

/** Keeps what was published since the last put, so that its counts go into the next one. */
export function createCloudWatchPublisher(options: CloudWatchPublisherOptions): CloudWatchPublisher {
  const { group, put, isReporting, staleAfterSeconds, clock, log } = options
  let publications: readonly Publication[] = []
  let failing = false

  const putOnce = async (): Promise<void> => {
    const last = publications.at(-1)
    if (last === undefined || !isReporting()) return
    const served = toServedVerdict(last.verdict, clock.nowSeconds() - last.atSeconds, staleAfterSeconds)
    const outcome = await put(toMetricData({ publications, served }, group))
    const failed = outcome.kind !== 'answered'
    // One without an answer may have arrived, and counts must not be put twice.
    if (outcome.kind !== 'failed') publications = publications.slice(publications.indexOf(last))
    if (failed && !failing) log({ level: 'warn', message: outcome.fault, fields: {} })
    if (!failed && failing) log({ level: 'info', message: 'CloudWatch takes metrics again', fields: {} })
    failing = failed
  }

  return {
    publish: (publication) => {
      publications = toKept(publications, publication)
    },
    run: (signal) => everyTick(clock, cloudWatchPeriodSeconds, signal, putOnce),
  }
}

/** One more publication, and of those before it what the next put may still count. */
export const toKept = (before: readonly Publication[], publication: Publication): readonly Publication[] => [
  ...before.filter(({ atSeconds }) => publication.atSeconds - atSeconds <= keptSeconds),
  toSlim(publication),
]

/** Without the counters for suricata_exporter, which with many threads are most of it and go into no metric. */
function toSlim(publication: Publication): Publication {
  const { 'dump-counters': dump } = publication.reading
  if (!dump.ok) return publication
  const slim = { ...dump, value: { ...dump.value, compatible: null } }
  return { ...publication, reading: { ...publication.reading, 'dump-counters': slim } }
}
