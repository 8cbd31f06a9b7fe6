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

/** Two minutes of samples: a put that is refused is made up for by the next one, a longer outage is not. */
const longestInterval = 128

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
      publications = [...publications, publication].slice(-longestInterval)
    },
    run: (signal) => everyTick(clock, cloudWatchPeriodSeconds, signal, putOnce),
  }
}
