import type { Answer, DetectEngine, EngineCounters, WorkerCounters } from '../sample/reading.ts'
import { answered, failed } from './answer.ts'
import { type CompatibleThreads, decodeCompatible } from './compatible-counters.ts'
import { decodeDetectEngines } from './detect-engines.ts'
import { counterReader, isCounter, isJsonObject, memberAt } from './json-tree.ts'

/** Counters of refusals only. `host.memcap`, `ippair.memcap` and `http.byterange.memcap` of Suricata 8 are limits in bytes. */
const memcapDrops = ['tcp.ssn_memcap_drop', 'tcp.segment_memcap_drop', 'flow.memcap', 'http.memcap', 'ftp.memcap']

const refusedSegments = ['tcp.insert_data_normal_fail', 'tcp.insert_data_overlap_fail']

/**
 * The message of `dump-counters`. Required is what a verdict rests on and what AF_PACKET workers always register (zero or
 * not: src/source-af-packet.c, src/decode.c, src/flow-manager.c). A counter that exists only with its parser or its
 * memcap defaults to 0. Unknown ones are passed over, unless `compatible` asks for them.
 *
 * @fault SENSOR_COUNTERS_UNKNOWN names every required counter that is missing.
 */
export function decodeDumpCounters(
  message: unknown,
  compatible: CompatibleThreads | null = null,
): Answer<EngineCounters> {
  const { required, sum, missing } = counterReader(message)
  const workers = decodeWorkers(memberAt(message, ['threads']))
  const detect = decodeDetectEngines(message)
  const uptime = memberAt(message, ['uptime'])
  const counters: Omit<EngineCounters, 'workers' | keyof ReturnType<typeof toRules>> = {
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
    refusedSegments: sum(...refusedSegments),
    wrongThreadPackets: sum('tcp.pkt_on_wrong_thread'),
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
    compatible: compatible === null ? null : decodeCompatible(message, compatible),
  }
  const lacking = [...missing(), ...workers.missing, ...detect.missing]
  if (lacking.length > 0) return failed('SENSOR_COUNTERS_UNKNOWN', lacking.join('", "'))
  return answered({ ...counters, ...toRules(detect.engines), workers: workers.found })
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

/** The rules of all engines add up. */
const toRules = (engines: readonly DetectEngine[]) => ({
  rulesLoaded: engines.reduce((sum, { rulesLoaded }) => sum + rulesLoaded, 0),
  rulesFailed: engines.reduce((sum, { rulesFailed }) => sum + rulesFailed, 0),
  rulesLoadedTimestamp: engines.reduce<number | null>(
    (latest, { loadedTimestamp }) => (loadedTimestamp === null ? latest : Math.max(latest ?? 0, loadedTimestamp)),
    null,
  ),
})
