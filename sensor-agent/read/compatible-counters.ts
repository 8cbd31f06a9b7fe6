import { type CompatibleMetric, compatibleEngineMetrics, compatibleThreadMetrics } from '../compatible-metrics.ts'
import type { CompatibleCounters, CompatibleThread } from '../sample/reading.ts'
import { decodeDetectEngines } from './detect-engines.ts'
import { isCounter, isJsonObject, memberAt } from './json-tree.ts'

/** Whether the threads are told apart; `total` adds them up, as the engine does, under the name `Total`. */
export type CompatibleThreads = 'total' | 'each'

/** What suricata_exporter reads from the message of `dump-counters`. Whatever is not there is null; nothing is required. */
export function decodeCompatible(message: unknown, threads: CompatibleThreads): CompatibleCounters {
  return {
    engine: compatibleEngineMetrics.map((metric) => read(message, metric)),
    threads: threads === 'total' ? [toThread('Total', message)] : decodeThreads(memberAt(message, ['threads'])),
    detectEngines: decodeDetectEngines(message).engines,
  }
}

const decodeThreads = (threads: unknown): readonly CompatibleThread[] =>
  Object.entries(isJsonObject(threads) ? threads : {})
    .filter(([, counters]) => isJsonObject(counters))
    .map(([thread, counters]) => toThread(thread, counters))

/** The total has the counters of every kind of thread. */
const toThread = (thread: string, counters: unknown): CompatibleThread => ({
  thread,
  values: compatibleThreadMetrics.map((metric) =>
    thread === 'Total' || metric.threads.some((kind) => thread.startsWith(kind)) ? read(counters, metric) : null,
  ),
  flows: thread === 'Total' || thread.startsWith('W#') ? decodeFlows(memberAt(counters, ['app_layer', 'flow'])) : [],
})

const decodeFlows = (flows: unknown): CompatibleThread['flows'] =>
  Object.entries(isJsonObject(flows) ? flows : {}).flatMap(([app, count]) => (isCounter(count) ? [[app, count]] : []))

function read(counters: unknown, { path }: CompatibleMetric): number | null {
  const value = memberAt(counters, path)
  return isCounter(value) ? value : null
}
