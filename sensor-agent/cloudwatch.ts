import { lossRatio } from '../healthcheck/loss-ratio.ts'
import { isFirstStart } from './first-start.ts'
import { tracePlaces } from './metrics.ts'
import { type FunnelPlace, funnelPlaces, toFunnel } from './sample/funnel.ts'
import { toTotal } from './sample/rate.ts'
import type { Reading } from './sample/reading.ts'
import { toWorkerBusy } from './sample/worker-busy.ts'
import type { Publication } from './serve/publication.ts'
import type { ServedVerdict } from './serve/served-verdict.ts'

/** Value of SENSOR_CLOUDWATCH_NAMESPACE in our fleets. */
export const cloudWatchNamespace = 'MirrorFleet'

/** How often the metrics are put; alarms and scaling policies take it as their period. */
export const cloudWatchPeriodSeconds = 60

/** Every metric has the first dimension; `Drops` is put once more for each place of the funnel, with both. */
export const cloudWatchDimensions = { group: 'AutoScalingGroupName', place: 'Place' } as const

/** What one put speaks of. */
export interface Interval {
  /** Oldest first; the first is the last one of the put before, from which counting starts. */
  readonly publications: readonly Publication[]
  /** The verdict of now, which may be that the last publication is stale. */
  readonly served: ServedVerdict
}

export interface CloudWatchMetric {
  readonly unit: 'Count' | 'Percent' | 'None'
  /** The statistic that makes sense of it over the sensors of a group. */
  readonly statistic: 'Sum' | 'Average' | 'Maximum'
  readonly meaning: string
  /** Null where nothing is known: then it is left out, for an invented 0 would read as "all is well". */
  readonly read: (interval: Interval) => number | null
}

/**
 * Every metric that a sensor puts, by its name. They are put when they are 0 as well, so `Sensors` without data means that
 * nobody reports.
 */
export const cloudWatchMetrics = {
  WorkerBusyPercent: {
    unit: 'Percent',
    statistic: 'Average',
    meaning: 'CPU time over wall time of the busiest capture worker of a sensor that is ready.',
    // A sensor that gets no traffic yet, or no more, would make the group look less busy than it is.
    read: ({ publications, served }) => (served.ready ? toBusyPercent(publications) : null),
  },
  LossPercent: {
    unit: 'Percent',
    statistic: 'Maximum',
    meaning: 'Drops over packets of AF_PACKET, drops included in both.',
    read: ({ publications }) => {
      const [packets, drops] = toCounts(publications, capture) ?? []
      return packets === undefined || drops === undefined ? null : 100 * lossRatio(packets, drops)
    },
  },
  Packets: {
    unit: 'Count',
    statistic: 'Sum',
    meaning: 'Packets that AF_PACKET saw, drops included.',
    read: ({ publications }) => toCounts(publications, capture)?.[0] ?? null,
  },
  Drops: {
    unit: 'Count',
    statistic: 'Sum',
    meaning: 'Packets lost at any place; with the dimension Place, at that one.',
    read: (interval) => {
      const drops = toDropsByPlace(interval).filter(({ place }) => !isTrace(place))
      return drops.length === 0 ? null : drops.reduce((sum, each) => sum + each.drops, 0)
    },
  },
  Ready: {
    unit: 'None',
    statistic: 'Sum',
    meaning: '1 while the load balancer should send traffic, else 0.',
    read: ({ served }) => Number(served.ready),
  },
  Degraded: {
    unit: 'None',
    statistic: 'Sum',
    meaning: '1 while a sensor is in service and something is wrong, else 0.',
    read: ({ served }) => Number(served.status === 'degraded'),
  },
  Broken: {
    unit: 'None',
    statistic: 'Sum',
    meaning: '1 while a sensor is unhealthy that neither drains nor starts its first engine, else 0.',
    read: ({ publications, served }) =>
      Number(served.status === 'unhealthy' && !isDraining(served) && !isStarting(publications.at(-1))),
  },
  EnaAllowanceExceeded: {
    unit: 'Count',
    statistic: 'Sum',
    meaning: 'Incoming packets queued or dropped because an allowance of the instance was exceeded.',
    read: ({ publications }) => toCounts(publications, dropsAt('ena-allowance'))?.[0] ?? null,
  },
  Sensors: { unit: 'Count', statistic: 'Sum', meaning: '1 for each sensor that reports.', read: () => 1 },
} as const satisfies Record<string, CloudWatchMetric>
export type CloudWatchMetricName = keyof typeof cloudWatchMetrics

/** Drops since the last put, of every place that counts them. */
export const toDropsByPlace = ({ publications }: Interval): readonly { place: FunnelPlace['place']; drops: number }[] =>
  funnelPlaces.flatMap((place) => {
    const drops = toCounts(publications, dropsAt(place))?.[0]
    return drops === undefined ? [] : [{ place, drops }]
  })

const isTrace = (place: FunnelPlace['place']): boolean => tracePlaces.some((trace) => trace === place)

type Pick = (reading: Reading) => readonly number[] | null

const capture: Pick = ({ 'iface-stat': live }) => (live.ok ? [live.value.packets, live.value.drops] : null)

const dropsAt =
  (place: FunnelPlace['place']): Pick =>
  (reading) => {
    const drops = toFunnel(reading).find((each) => each.place === place)?.drops ?? null
    return drops === null ? null : [drops]
  }

/** Counts over the publications whose source answered; one that failed in between is bridged. Null when fewer than two did. */
function toCounts(publications: readonly Publication[], pick: Pick): readonly number[] | null {
  const counters = publications.flatMap(({ reading }) => {
    const values = pick(reading)
    return values === null ? [] : [{ atSeconds: reading.atSeconds, values }]
  })
  return toTotal(counters)?.counts ?? null
}

function toBusyPercent(publications: readonly Publication[]): number | null {
  const readings = publications.map(({ reading }) => reading).filter((reading) => reading['thread-cpu'].ok)
  const busy = toWorkerBusy(readings)
  return busy === null ? null : 100 * busy.max
}

const isDraining = ({ findings }: ServedVerdict): boolean => findings.some(({ reason }) => reason === 'draining')

const isStarting = (last: Publication | undefined): boolean => last === undefined || isFirstStart(last.engine)
