import { lossRatio } from '../../healthcheck/loss-ratio.ts'
import { labelValues, type MetricKey } from '../metrics.ts'
import { toPrintable } from '../printable.ts'
import { toFunnel } from '../sample/funnel.ts'
import type { Answer, EnaAllowances } from '../sample/reading.ts'
import { isCaptureWorker } from '../sample/worker-busy.ts'
import type { Identity, Publication } from './publication.ts'
import type { ServedVerdict } from './served-verdict.ts'

/** What one scrape shows. `last` is undefined before the first sample. */
export interface Scrape {
  readonly last: Publication | undefined
  readonly served: ServedVerdict
  readonly ageSeconds: number
  readonly identity: Identity
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A figure, nothing (its source failed), or one series per label value. */
type Rendered = number | null | undefined | readonly Series[]
type Producer = (scrape: Scrape) => Rendered

/** Names come from the engine and from rule files: cut, so that a label cannot grow with what was captured. */
const label = (text: string): string => toPrintable(text, 64)

const value = <T>(answer: Answer<T> | undefined): T | undefined => (answer?.ok ? answer.value : undefined)
const engine = ({ last }: Scrape) => value(last?.reading['dump-counters'])
const capture = ({ last }: Scrape) => value(last?.reading['iface-stat'])
const received = ({ last }: Scrape) => value(last?.reading.interface)
const devices = ({ last }: Scrape) => value(last?.reading['vxlan-device'])
const disk = ({ last }: Scrape) => value(last?.reading.disk)
const eve = ({ last }: Scrape) => value(last?.reading['eve-log'])

const allowances: Readonly<Record<(typeof labelValues.allowance)[number], (counters: EnaAllowances) => number>> = {
  'bandwidth-in': (counters) => counters.bandwidthInExceeded,
  'bandwidth-out': (counters) => counters.bandwidthOutExceeded,
  'packets-per-second': (counters) => counters.packetsPerSecondExceeded,
  conntrack: (counters) => counters.conntrackExceeded,
  'link-local': (counters) => counters.linkLocalExceeded,
}

function byAllowance({ last }: Scrape): readonly Series[] {
  const counters = value(last?.reading.ethtool)
  if (!counters?.supported) return []
  return labelValues.allowance.map((allowance) => ({ labels: { allowance }, value: allowances[allowance](counters) }))
}

function byProtocol(scrape: Scrape): readonly Series[] {
  const transactions = engine(scrape)?.transactions
  if (transactions === undefined) return []
  return labelValues.protocol.map((protocol) => ({ labels: { protocol }, value: transactions[protocol] }))
}

function byPlace({ last }: Scrape): readonly Series[] {
  const places = last === undefined ? [] : toFunnel(last.reading)
  return places.flatMap(({ place, drops }) => (drops === null ? [] : [{ labels: { place }, value: drops }]))
}

/** `last.reading` began at most a sample before it was published. */
function ageBySource({ last, ageSeconds }: Scrape): readonly Series[] {
  if (last === undefined) return []
  const now = last.atSeconds + ageSeconds
  return labelValues.source.flatMap((source) => {
    const answered = last.work.answeredSeconds[source]
    return answered === undefined ? [] : [{ labels: { source }, value: now - answered }]
  })
}

function byThread(scrape: Scrape, figure: 'capturePackets' | 'captureDrops' | 'decodedPackets'): readonly Series[] {
  if (!scrape.identity.environment.SENSOR_METRICS_PER_THREAD) return []
  return (engine(scrape)?.workers ?? []).map((worker) => ({
    labels: { thread: label(worker.thread) },
    value: worker[figure],
  }))
}

function cpuByThread({ last, identity }: Scrape): readonly Series[] {
  if (!identity.environment.SENSOR_METRICS_PER_THREAD) return []
  const threads = value(last?.reading['thread-cpu']) ?? []
  return threads
    .filter(({ thread }) => isCaptureWorker(thread))
    .map(({ thread, cpuSeconds }) => ({ labels: { thread: label(thread) }, value: cpuSeconds }))
}

function windowLossRatio({ last }: Scrape): number | null {
  const { capturePackets, captureDrops } = last?.window ?? { capturePackets: null, captureDrops: null }
  return capturePackets === null || captureDrops === null ? null : lossRatio(capturePackets, captureDrops)
}

/** One row per metric of the catalogue; a metric without its row does not compile. */
export const producers: Readonly<Record<MetricKey, Producer>> = {
  capturePackets: (scrape) => capture(scrape)?.packets,
  captureDrops: (scrape) => capture(scrape)?.drops,
  captureInvalidChecksums: (scrape) => capture(scrape)?.invalidChecksums,
  captureLossRatio: windowLossRatio,
  workers: ({ last }) => last?.workers.workers,
  workerBusyRatioMax: ({ last }) => last?.workers.busyRatio?.max,
  workerBusyRatioMin: ({ last }) => last?.workers.busyRatio?.min,
  workerBusyRatioMean: ({ last }) => last?.workers.busyRatio?.mean,
  workerPacketsPerSecondMax: ({ last }) => last?.workers.packetsPerSecond?.max,
  workerPacketsPerSecondMin: ({ last }) => last?.workers.packetsPerSecond?.min,
  workerPacketsPerSecondMean: ({ last }) => last?.workers.packetsPerSecond?.mean,
  workerDropsPerSecondMax: ({ last }) => last?.workers.dropsPerSecond?.max,
  workerDropsPerSecondMin: ({ last }) => last?.workers.dropsPerSecond?.min,
  workerDropsPerSecondMean: ({ last }) => last?.workers.dropsPerSecond?.mean,
  workerImbalanceRatio: ({ last }) => last?.workers.imbalanceRatio,
  decodedPackets: (scrape) => engine(scrape)?.decodedPackets,
  decodedBytes: (scrape) => engine(scrape)?.decodedBytes,
  vxlanPackets: (scrape) => engine(scrape)?.vxlanPackets,
  genevePackets: (scrape) => engine(scrape)?.genevePackets,
  invalidPackets: (scrape) => engine(scrape)?.invalidPackets,
  flows: (scrape) => engine(scrape)?.flows,
  alerts: (scrape) => engine(scrape)?.alerts,
  transactions: byProtocol,
  eveBytes: (scrape) => eve(scrape)?.bytes,
  reassemblyGaps: (scrape) => engine(scrape)?.reassemblyGaps,
  memcapPressureRatio: (scrape) => engine(scrape)?.memcapPressureRatio,
  memcapDrops: (scrape) => engine(scrape)?.memcapDrops,
  rulesLoaded: (scrape) => engine(scrape)?.rulesLoaded,
  rulesFailed: (scrape) => engine(scrape)?.rulesFailed,
  rulesLoadedTimestamp: (scrape) => engine(scrape)?.rulesLoadedTimestamp,
  rulesRejected: ({ last }) => last?.window.rulesRejected,
  engineUp: ({ last }) => (last?.window.suricataUp ? 1 : 0),
  engineUptimeSeconds: (scrape) => engine(scrape)?.uptimeSeconds,
  engineRestarts: ({ last }) => last?.engine.restarts,
  engineAdoptions: ({ last }) => last?.engine.adoptions,
  countersAgeSeconds: ({ last }) => last?.window.countersAgeSeconds,
  eveAgeSeconds: (scrape) => eve(scrape)?.ageSeconds,
  lostPackets: byPlace,
  interfaceReceivedPackets: (scrape) => received(scrape)?.receivedPackets,
  interfaceReceivedBytes: (scrape) => received(scrape)?.receivedBytes,
  interfaceDrops: (scrape) => received(scrape)?.drops,
  interfaceMissed: (scrape) => received(scrape)?.missed,
  interfaceErrors: (scrape) => received(scrape)?.errors,
  vxlanDeviceReceivedPackets: (scrape) => devices(scrape)?.receivedPackets,
  vxlanDeviceDrops: (scrape) => devices(scrape)?.drops,
  vxlanDeviceErrors: (scrape) => devices(scrape)?.errors,
  softnetDrops: ({ last }) => value(last?.reading.softnet)?.drops,
  softnetSqueezed: ({ last }) => value(last?.reading.softnet)?.squeezed,
  packetSocketDrops: ({ last }) => value(last?.reading['packet-socket'])?.drops,
  enaAllowanceExceeded: byAllowance,
  diskFreeBytes: (scrape) => disk(scrape)?.freeBytes,
  diskFreeRatio: ({ last }) => last?.window.diskFreeRatio,
  ready: ({ served }) => (served.ready ? 1 : 0),
  status: ({ served }) =>
    labelValues.status.map((status) => ({ labels: { status }, value: served.status === status ? 1 : 0 })),
  findings: ({ served }) =>
    labelValues.reason.map((reason) => ({
      labels: { reason },
      value: served.findings.some((finding) => finding.reason === reason) ? 1 : 0,
    })),
  windowReceivedPackets: ({ last }) => last?.window.receivedPackets,
  sourceAgeSeconds: ageBySource,
  sourceFailures: ({ last }) =>
    labelValues.source.map((source) => ({ labels: { source }, value: last?.work.sourceFailures[source] ?? 0 })),
  samples: ({ last }) => last?.work.samples ?? 0,
  samplesSkipped: ({ last }) => last?.work.samplesSkipped ?? 0,
  sampleDurationSeconds: ({ last }) => last?.work.sampleDurationSeconds,
  sampleAgeSeconds: ({ last, ageSeconds }) => (last === undefined ? null : ageSeconds),
  agentCpuSeconds: ({ last }) => last?.work.cpuSeconds,
  agentResidentBytes: ({ last }) => last?.work.residentBytes,
  buildInfo: ({ last, identity }) => [
    {
      labels: {
        version: identity.agentVersion,
        suricata: label(last?.engine.version ?? 'unknown'),
        node: identity.nodeVersion,
      },
      value: 1,
    },
  ],
  threadCapturePackets: (scrape) => byThread(scrape, 'capturePackets'),
  threadCaptureDrops: (scrape) => byThread(scrape, 'captureDrops'),
  threadDecodedPackets: (scrape) => byThread(scrape, 'decodedPackets'),
  threadCpuSeconds: cpuByThread,
}

/** The series of one metric. A figure that no counter can have (negative, infinite, not a number) is left out. */
export function toSeries(key: MetricKey, scrape: Scrape): readonly Series[] {
  const rendered = producers[key](scrape)
  const series = typeof rendered === 'number' ? [{ labels: {}, value: rendered }] : (rendered ?? [])
  return series.filter(({ value: figure }) => Number.isFinite(figure) && figure >= 0)
}
