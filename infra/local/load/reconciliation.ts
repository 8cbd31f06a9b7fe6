import type { LoadReport } from '../../../load/report.ts'
import type { EventCounts } from './eve-tally.ts'
import type { FleetCounters } from './fleet-counters.ts'
import { type Station, toStations } from './station.ts'

/** What was sent against what was seen, printed as JSON by `--json`, as a table otherwise. */
export interface Reconciliation {
  readonly scenario: string
  readonly seed: number
  readonly asked: LoadReport['asked']
  readonly achieved: LoadReport['achieved']
  readonly wire: LoadReport['wire']
  /** In the order in which a packet passes them. */
  readonly stations: readonly Station[]
  readonly transactions: Readonly<Record<Kind, { readonly sent: number; readonly logged: number }>>
  /**
   * Not judged: with its own decoder the engine also tracks the envelope's flow, a resolver's reply that went to another
   * sensor is a flow there, and a seed that is played twice brings old five-tuples back.
   */
  readonly flows: { readonly sent: number; readonly tracked: number }
  /** Packets that no decoder should accept: so many may be turned down. */
  readonly malformedPackets: number
  /** Packets that one station passed on and the next did not get, or got too many. No place explains them. */
  readonly unaccounted: number
  readonly ok: boolean
  /** Why it is not ok; empty when it is. */
  readonly failures: readonly string[]
}

const kinds = ['http', 'tls', 'dns', 'alert'] as const
type Kind = (typeof kinds)[number]

export interface LoadObservation {
  readonly report: LoadReport
  /** What the run added to the counters. */
  readonly counters: FleetCounters
  /** Over all sensors. */
  readonly logged: EventCounts
}

/** Of the packets sent, once places have dropped some. Counters are read one after the other, not in one instant. */
export const overloadedUnaccountedRatio = 0.001

/** Judges a run: each packet arrived or is named as lost at one place, and each transaction is logged once. */
export function reconcile(observation: LoadObservation): Reconciliation {
  const { report, counters, logged } = observation
  const { scenario, seed, asked, achieved, wire, truth } = report
  const stations = toStations(report, counters)
  const failures = judge(observation, stations)
  return {
    ...{ scenario, seed, asked, achieved, wire, stations },
    transactions: {
      http: { sent: truth.transactions.http, logged: logged.http },
      tls: { sent: truth.transactions.tls, logged: logged.tls },
      dns: { sent: truth.transactions.dns, logged: logged.dns },
      alert: { sent: truth.alerts, logged: logged.alert },
    },
    flows: { sent: truth.flows, tracked: counters.sensors.reduce((sum, { flows }) => sum + flows, 0) },
    malformedPackets: truth.malformedPackets,
    unaccounted: toUnaccounted(stations),
    ok: failures.length === 0,
    failures,
  }
}

/** @returns every reason why the run is not ok */
function judge({ report, counters, logged }: LoadObservation, stations: readonly Station[]): string[] {
  const { truth } = report
  const sent = { ...truth.transactions, alert: truth.alerts }
  const unaccounted = toUnaccounted(stations)
  const turnedDown = sumOf(stations, 'turnedDown')
  // For want of room: then what they carried cannot be logged.
  const loss = sumOf(stations, 'drops') - turnedDown
  const allowed = loss > 0 ? Math.floor(report.sent.packets * overloadedUnaccountedRatio) : 0
  const restarted = counters.sensors.filter(({ restarts }) => restarts !== 0).map(({ id }) => id)
  const checks: readonly (readonly [boolean, string])[] = [
    [report.failure === null, `the generator failed: ${report.failure}`],
    [
      truth.unfinishedFlows === 0,
      `${truth.unfinishedFlows} flows were cut off, so what must be logged is not known; give the run more seconds`,
    ],
    [restarted.length === 0, `engines were restarted during the run: ${restarted.join(', ')}`],
    [
      turnedDown <= truth.malformedPackets,
      `${turnedDown} packets were turned down for what is in them, and ${truth.malformedPackets} malformed ones sent`,
    ],
    [
      unaccounted <= allowed,
      `${unaccounted} packets are unaccounted for, allowed are ${allowed}: ${toWords(stations)}`,
    ],
    ...kinds.map((kind): readonly [boolean, string] => [
      logged[kind] === sent[kind] || (loss > 0 && logged[kind] < sent[kind]),
      `${logged[kind]} ${kind} events for ${sent[kind]} sent`,
    ]),
  ]
  return checks.filter(([held]) => !held).map(([, failure]) => failure)
}

/** What one station passed on and the next did not get; negative when that got too many. */
const toGaps = (stations: readonly Station[]): { readonly after: string; readonly packets: number }[] =>
  stations.slice(1).flatMap((station, index) => {
    const before = stations[index]
    return before ? [{ after: before.place, packets: before.packets - before.drops - station.packets }] : []
  })

/** Each gap counts by its size, so that packets too many do not hide others that are missing. */
const toUnaccounted = (stations: readonly Station[]): number =>
  toGaps(stations).reduce((sum, { packets }) => sum + Math.abs(packets), 0)

const toWords = (stations: readonly Station[]): string =>
  toGaps(stations)
    .filter(({ packets }) => packets !== 0)
    .map(({ after, packets }) =>
      packets > 0 ? `${packets} vanished after ${after}` : `${-packets} too many after ${after}`,
    )
    .join(', ')

const sumOf = (stations: readonly Station[], field: 'drops' | 'turnedDown'): number =>
  stations.reduce((sum, station) => sum + station[field], 0)
