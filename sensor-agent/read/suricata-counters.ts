import type { Answer, EngineCounters, WorkerCounters } from '../sample/reading.ts'
import { answered, failed } from './answer.ts'
import { counterReader, isCounter, isJsonObject, type JsonObject, memberAt } from './json-tree.ts'

/** Counters of refusals only. `host.memcap`, `ippair.memcap` and `http.byterange.memcap` of Suricata 8 are limits in bytes. */
const memcapDrops = ['tcp.ssn_memcap_drop', 'tcp.segment_memcap_drop', 'flow.memcap', 'http.memcap', 'ftp.memcap']

/**
 * The message of `dump-counters`. Required is what a verdict rests on and what AF_PACKET workers always register (zero or
 * not: src/source-af-packet.c, src/decode.c, src/flow-manager.c). A counter that exists only with its parser or its
 * memcap defaults to 0. Unknown ones are passed over.
 *
 * @fault SENSOR_COUNTERS_UNKNOWN names every required counter that is missing.
 */
export function decodeDumpCounters(message: unknown): Answer<EngineCounters> {
  const { required, sum, missing } = counterReader(message)
  const workers = decodeWorkers(memberAt(message, ['threads']))
  const engines = decodeEngines(memberAt(message, ['detect', 'engines']))
  const uptime = memberAt(message, ['uptime'])
  const counters: Omit<EngineCounters, 'workers' | 'rulesLoaded' | 'rulesFailed'> = {
    uptimeSeconds: isCounter(uptime) ? uptime : null,
    capturePackets: required('capture.kernel_packets'),
    captureDrops: required('capture.kernel_drops'),
    decodedPackets: required('decoder.pkts'),
    decodedBytes: required('decoder.bytes'),
    invalidPackets: required('decoder.invalid'),
    vxlanPackets: sum('decoder.vxlan'),
    genevePackets: sum('decoder.geneve'),
    flows: sum('flow.total'),
    alerts: sum('detect.alert'),
    reassemblyGaps: sum('tcp.reassembly_gap'),
    memcapDrops: sum(...memcapDrops),
    // Percent of the fullest memcap; Suricata 8 moved it.
    memcapPressureRatio: Math.min(1, required('memcap_pressure', 'memcap.pressure') / 100),
    transactions: {
      http: sum('app_layer.tx.http'),
      // Suricata counts no TLS transactions (`app_layer.tx.tls` stays 0); a TLS flow has one handshake.
      tls: sum('app_layer.flow.tls'),
      // One name with one transport, two names with both.
      dns: sum('app_layer.tx.dns', 'app_layer.tx.dns_tcp', 'app_layer.tx.dns_udp'),
    },
  }
  const lacking = [...missing(), ...workers.missing, ...engines.missing]
  if (lacking.length > 0) return failed('SENSOR_COUNTERS_UNKNOWN', lacking.join('", "'))
  return answered({ ...counters, ...engines.rules, workers: workers.found })
}

/** `threads` also holds managers, and in 7.0 two bare numbers: only capture workers (`W#01-ens5`) are looked at. */
function decodeWorkers(threads: unknown): { readonly found: WorkerCounters[]; readonly missing: string[] } {
  const entries = isJsonObject(threads) ? Object.entries(threads) : []
  const read = entries
    .filter(([thread]) => thread.startsWith('W#'))
    .map(([thread, counters]) => ({ thread, ...counterReader(counters, `threads.${thread}.`) }))
  const found = read.map(({ thread, required }) => ({
    thread,
    capturePackets: required('capture.kernel_packets'),
    captureDrops: required('capture.kernel_drops'),
    decodedPackets: required('decoder.pkts'),
    polls: required('capture.afpacket.polls'),
  }))
  const missing = read.flatMap((worker) => worker.missing())
  return { found, missing: found.length > 0 ? missing : ['threads.W#01-….capture.kernel_packets'] }
}

interface Rules {
  readonly rulesLoaded: number
  readonly rulesFailed: number
}

/** One detection engine for each tenant; their rules add up. */
function decodeEngines(engines: unknown): { readonly rules: Rules; readonly missing: readonly string[] } {
  if (!Array.isArray(engines)) return { rules: { rulesLoaded: 0, rulesFailed: 0 }, missing: ['detect.engines'] }
  const read = engines
    .filter((engine): engine is JsonObject => isJsonObject(engine))
    .map((engine) => counterReader(engine, 'detect.engines.'))
  const total = (name: string) => read.reduce((sum, engine) => sum + engine.required(name), 0)
  const rules = { rulesLoaded: total('rules_loaded'), rulesFailed: total('rules_failed') }
  const missing = read.length > 0 ? read.flatMap((engine) => engine.missing()) : ['detect.engines']
  return { rules, missing }
}
