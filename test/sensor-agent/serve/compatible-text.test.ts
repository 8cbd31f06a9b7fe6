import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { decodeDumpCounters } from '../../../sensor-agent/read/suricata-counters.ts'
import { createMetricsText } from '../../../sensor-agent/serve/metrics-text.ts'
import type { Publication } from '../../../sensor-agent/serve/publication.ts'
import type { Scrape } from '../../../sensor-agent/serve/series.ts'
import { toServedVerdict } from '../../../sensor-agent/serve/served-verdict.ts'
import { decodeExposition, decodeOpenMetrics, type Family } from '../../support/exposition.ts'
import { calmWindow, fullReading, identity, publication } from '../../support/publication.ts'
import { suricataMessage } from '../../support/suricata-fixture.ts'

/** A publication whose engine answered with the recorded reply. */
function recorded(version: string, threads: 'each' | 'total', changed: Partial<Publication> = {}): Publication {
  const answer = decodeDumpCounters(suricataMessage(`dump-counters-${version}`), threads)
  return publication({ reading: { ...fullReading, 'dump-counters': answer }, ...changed })
}
const scrape = (last: Publication | undefined, ageSeconds = 0.5): Scrape => ({
  last,
  served: toServedVerdict(last?.verdict, ageSeconds, 15),
  ageSeconds,
  identity: identity({ SENSOR_METRICS: 'compatible' }),
})
const isTheirs = ({ name }: Family): boolean => name.startsWith('suricata_')
const render = async (what: Scrape): Promise<readonly Family[]> =>
  decodeExposition(await createMetricsText('text')(what)).filter(isTheirs)
const samples = (families: readonly Family[], name: string) =>
  families.find((family) => family.name === name)?.samples ?? []

type Kind = 'W#' | 'FM#' | 'FR#' | 'whole'
/**
 * The exporter's metrics as its sources list them, for Suricata 7 and 8: names after `suricata_`, the threads that have it,
 * the place in `dump-counters`. `*` in the place is what the braces hold; a name in `_total` is a counter.
 */
const exporter: readonly (readonly [names: string, kinds: readonly Kind[], path: string])[] = [
  ['uptime_seconds', ['whole'], 'uptime'],
  ['capture_{kernel_packets,kernel_drops,errors}_total', ['W#'], 'capture.*'],
  ['capture_afpacket_busy_loop_avg', ['W#'], 'capture.afpacket.busy_loop_avg'],
  ['capture_afpacket_send_errors_total', ['W#'], 'capture.afpacket.send_errors'],
  ['decoder_packets_total', ['W#'], 'decoder.pkts'],
  ['decoder_bytes_total', ['W#'], 'decoder.bytes'],
  ['decoder_invalid_packets_total', ['W#'], 'decoder.invalid'],
  ['decoder_{ipv4,ipv6,ethernet,arp,unknown_ethertype,chdlc,raw,null,sll}_packets_total', ['W#'], 'decoder.*'],
  ['decoder_{tcp,udp,sctp,esp,icmpv4,icmpv6,ppp,pppoe,geneve,gre,vxlan}_packets_total', ['W#'], 'decoder.*'],
  ['decoder_{vlan,vlan_qinq,vlan_qinqinq,vntag,ieee8021ah,teredo}_packets_total', ['W#'], 'decoder.*'],
  ['decoder_{ipv4_in_ipv6,ipv6_in_ipv6,mpls,erspan,nsh}_packets_total', ['W#'], 'decoder.*'],
  ['decoder_packet_size_{avg,max}', ['W#'], 'decoder.*_pkt_size'],
  ['decoder_mac_address_{src,dst}_max', ['W#'], 'decoder.max_mac_addrs_*'],
  ['decoder_too_many_layers_total', ['W#'], 'decoder.too_many_layers'],
  ['decoder_event_afpacket_truncated_packets_total', ['W#'], 'decoder.event.afpacket.trunc_pkt'],
  ['flow_{tcp,udp,icmpv4,icmpv6,tcp_reuse,elephant}_total', ['W#'], 'flow.*'],
  ['flow_{get_used,get_used_eval,get_used_eval_reject,get_used_eval_busy,get_used_failed}_total', ['W#'], 'flow.*'],
  ['flow_all_total', ['W#'], 'flow.total'],
  ['flow_active_flows', ['W#'], 'flow.active'],
  ['flow_wrk_{spare_sync_avg,flows_injected_max}', ['W#'], 'flow.wrk.*'],
  ['flow_wrk_{spare_sync,spare_sync_incomplete,spare_sync_empty}_total', ['W#'], 'flow.wrk.*'],
  ['flow_wrk_flows_{evicted_needs_work,evicted_pkt_inject,evicted,injected}_total', ['W#'], 'flow.wrk.flows_*'],
  ['flow_end_tcp_liberal_total', ['W#', 'FR#'], 'flow.end.tcp_liberal'],
  ['flow_end_state_{new,established,closed,local_bypassed,capture_bypassed}_total', ['W#', 'FR#'], 'flow.end.state.*'],
  ['flow_end_tcpstate_{syn_sent,syn_recv,established,fin_wait1}_total', ['W#', 'FR#'], 'flow.end.tcp_state.*'],
  ['flow_end_tcpstate_{fin_wait2,time_wait,last_ack,close_wait}_total', ['W#', 'FR#'], 'flow.end.tcp_state.*'],
  ['flow_end_tcpstate_{closing,closed}_total', ['W#', 'FR#'], 'flow.end.tcp_state.*'],
  ['defrag_ipv4_{fragments,reassembled}_total', ['W#'], 'defrag.ipv4.*'],
  ['defrag_ipv6_{fragments,reassembled}_total', ['W#'], 'defrag.ipv6.*'],
  ['defrag_{max_frag_hits,max_trackers_reached}', ['W#'], 'defrag.*'],
  ['defrag_max_fragments_reached', ['W#'], 'defrag.max_frags_reached'],
  ['defrag_{tracker_soft_reuse,tracker_hard_reuse}_total', ['W#'], 'defrag.*'],
  ['flow_bypassed_local_packets_total', ['W#'], 'flow_bypassed.local_pkts'],
  ['flow_bypassed_local_capture_packets_total', ['W#'], 'flow_bypassed.local_capture_pkts'],
  ['flow_bypassed_local_{bytes,capture_bytes}_total', ['W#'], 'flow_bypassed.local_*'],
  ['tcp_{syn,synack,rst,urg}_packets_total', ['W#'], 'tcp.*'],
  ['tcp_{ack_unseen_data,segment_from_cache,segment_from_pool,ssn_from_cache,ssn_from_pool}_total', ['W#'], 'tcp.*'],
  ['tcp_{sessions,ssn_memcap_drop,pseudo,pseudo_failed,midstream_pickups}_total', ['W#'], 'tcp.*'],
  ['tcp_{pkt_on_wrong_thread,segment_memcap_drop,stream_depth_reached,reassembly_gap}_total', ['W#'], 'tcp.*'],
  ['tcp_{overlap,overlap_diff_data,insert_data_normal_fail,insert_data_overlap_fail}_total', ['W#'], 'tcp.*'],
  ['tcp_urgent_oob_data_total', ['W#'], 'tcp.urgent_oob_data'],
  ['tcp_invalid_checksum_packets_total', ['W#'], 'tcp.invalid_checksum'],
  ['detect_alerts_total', ['W#'], 'detect.alert'],
  ['detect_alert_queue_overflows_total', ['W#'], 'detect.alert_queue_overflow'],
  ['detect_alerts_suppressed_total', ['W#'], 'detect.alerts_suppressed'],
  ['filestore_open_files_max_hit', ['W#'], 'file_store.open_files_max_hit'],
  ['filestore_fs_errors_total', ['W#'], 'file_store.fs_errors'],
  ['flow_mgr_{full_hash_pass,flows_checked,flows_notimeout,flows_evicted}_total', ['FM#'], 'flow.mgr.*'],
  ['flow_mgr_{rows_per_sec,rows_maxlen,flows_evicted_needs_work}', ['FM#'], 'flow.mgr.*'],
  ['flow_mgr_flow_timeout_total', ['FM#'], 'flow.mgr.flows_timeout'],
  ['flow_bypassed_{closed,bytes}_total', ['FM#'], 'flow_bypassed.*'],
  ['flow_bypassed_packets_total', ['FM#'], 'flow_bypassed.pkts'],
  ['flow_recycler_recycled_total', ['FR#'], 'flow.recycler.recycled'],
  ['flow_recycler_{queue_avg,queue_max}', ['FR#'], 'flow.recycler.*'],
  ['tcp_{memuse,reassembly_memuse}_bytes', ['whole'], 'tcp.*'],
  ['flow_spare', ['whole'], 'flow.spare'],
  ['flow_{emerg_mode_entered,emerg_mode_over}_total', ['whole'], 'flow.*'],
  ['flow_memuse_bytes', ['whole'], 'flow.memuse'],
  ['defrag_memuse_bytes', ['whole'], 'defrag.memuse'],
  ['{http,ftp}_memuse_bytes', ['whole'], '*.memuse'],
]
/** Those whose labels or values come otherwise; each has a test of its own. */
const others = [
  ...['up', 'version_info', 'capture_afpacket_poll_results_total', 'app_layer_flows_total'],
  ...['rules_loaded', 'rules_failed', 'last_reload_timestamp_seconds'].map((name) => `detect_engine_${name}`),
]

const rows = exporter.flatMap(([names, kinds, path]) => {
  const [, before = '', choice, after = ''] = /^(.*)\{(.*)\}(.*)$/.exec(names) ?? [undefined, names]
  return (choice ?? '').split(',').map((each) => ({
    name: `suricata_${before}${each}${after}`,
    kinds,
    path: path.replace('*', each).split('.'),
  }))
})
const at = (value: unknown, path: readonly string[]): unknown => path.reduce((node, name) => Object(node)[name], value)

/** What the exporter would show of one metric. */
function toExpected(message: unknown, { kinds, path }: (typeof rows)[number]) {
  const threads = Object.entries(Object(at(message, ['threads'])))
  const parts = kinds.includes('whole')
    ? [{ labels: {}, value: at(message, path) }]
    : threads
        .filter(([thread]) => kinds.some((kind) => thread.startsWith(kind)))
        .map(([thread, counters]) => ({ labels: { thread }, value: at(counters, path) }))
  return parts.filter(({ value }) => value !== undefined)
}

describe.each(['7.0.10', '8.0'])('the metrics of suricata_exporter, for Suricata %s', (version) => {
  const message = suricataMessage(`dump-counters-${version}`)

  it('have its names, types, labels and values', async () => {
    const families = await render(scrape(recorded(version, 'each')))
    for (const row of rows) {
      const expected = toExpected(message, row)
      const family = families.find(({ name }) => name === row.name)
      expect(family?.samples.map(({ labels, value }) => ({ labels, value })) ?? [], row.name).toEqual(expected)
      if (family) expect([row.name, family.type]).toEqual([row.name, row.name.endsWith('_total') ? 'counter' : 'gauge'])
    }
  })

  it('are all there, and nothing else is', async () => {
    const names = (await render(scrape(recorded(version, 'each')))).map(({ name }) => name)
    const present = rows.filter((row) => toExpected(message, row).length > 0).map(({ name }) => name)
    expect([...names].sort()).toEqual([...present, ...others.map((name) => `suricata_${name}`)].sort())
  })

  it('stand once for all threads, as Total, unless threads are asked for', async () => {
    const families = await render(scrape(recorded(version, 'total')))
    const threads = families.flatMap((family) => family.samples.flatMap(({ labels }) => labels.thread ?? []))
    expect(new Set(threads)).toEqual(new Set(['Total']))
    expect(samples(families, 'suricata_capture_kernel_drops_total')).toEqual([
      { name: 'suricata_capture_kernel_drops_total', labels: { thread: 'Total' }, value: 38_961 },
    ])
  })
})

describe('the metrics of suricata_exporter', () => {
  it('have the results of polls, the protocols of flows and the detection engines as labels', async () => {
    const families = await render(scrape(recorded('7.0.10', 'each')))
    expect(samples(families, 'suricata_capture_afpacket_poll_results_total')).toContainEqual(
      expect.objectContaining({ labels: { result: 'timeout', thread: 'W#01-ms1' }, value: 5137 }),
    )
    expect(samples(families, 'suricata_capture_afpacket_poll_results_total')).toHaveLength(8)
    const http = samples(families, 'suricata_app_layer_flows_total').filter(({ labels }) => labels.app === 'http')
    expect(http.map(({ labels }) => labels.thread)).toEqual(['W#01-ms1', 'W#02-ms1'])
    expect(http.reduce((sum, { value }) => sum + value, 0)).toBe(5)
    for (const [name, value] of [
      ['rules_loaded', 1],
      ['rules_failed', 1],
      ['last_reload_timestamp_seconds', Date.UTC(2026, 10, 24, 6, 43, 37) / 1000],
    ] as const)
      expect(samples(families, `suricata_detect_engine_${name}`)).toMatchObject([{ labels: { id: '0' }, value }])
  })

  it('do not have its slips: pseudo_failed and get_used_failed are their own counters', async () => {
    const message = structuredClone(suricataMessage('dump-counters-7.0.10'))
    Object.assign(Object(at(message, ['threads', 'W#01-ms1', 'tcp'])), { pseudo: 7, pseudo_failed: 3 })
    Object.assign(Object(at(message, ['threads', 'W#01-ms1', 'flow'])), { get_used_failed: 2 })
    const reading = { ...fullReading, 'dump-counters': decodeDumpCounters(message, 'each') }
    const families = await render(scrape(publication({ reading })))
    expect(samples(families, 'suricata_tcp_pseudo_failed_total')[0]?.value).toBe(3)
    expect(samples(families, 'suricata_flow_get_used_failed_total')[0]?.value).toBe(2)
  })

  const silent = { ok: false, code: 'SENSOR_SOCKET_SILENT', fault: 'did not answer' } as const
  const answering = recorded('7.0.10', 'total')
  it.each([
    ['1 while the engine answers', scrape(answering), 1],
    ['0 before the first sample', scrape(undefined), 0],
    [
      '0 while the engine does not answer',
      scrape(publication({ reading: { ...fullReading, 'dump-counters': silent } })),
      0,
    ],
    ['0 while there is no engine', scrape({ ...answering, window: { ...calmWindow, suricataUp: false } }), 0],
    ['0 when nobody has looked for too long', scrape(answering, 16), 0],
  ])('say suricata_up %s, in every scrape', async (_, what, up) => {
    expect(samples(await render(what), 'suricata_up')).toEqual([{ name: 'suricata_up', labels: {}, value: up }])
  })

  it('follow the engine, reply by reply, and leave nothing of the one before', async () => {
    const toText = createMetricsText('text')
    const uptime = (text: string) => samples(decodeExposition(text), 'suricata_uptime_seconds')[0]?.value
    expect(uptime(await toText(scrape(answering)))).toBe(517)
    const message = { ...Object(suricataMessage('dump-counters-7.0.10')), uptime: 3 }
    const reading = { ...fullReading, 'dump-counters': decodeDumpCounters(message, 'total') }
    expect(uptime(await toText(scrape(publication({ reading }))))).toBe(3)
    expect(uptime(await toText(scrape(undefined)))).toBeUndefined()
  })

  it('cannot be broken by the name of a thread or a protocol', async () => {
    const hostile = `W#"} 1\nsuricata_up 1\\${'x'.repeat(1000)}`
    const message = Object(structuredClone(suricataMessage('dump-counters-7.0.10')))
    message.threads[hostile] = { ...message.threads['W#01-ms1'], app_layer: { flow: { [hostile]: 1 } } }
    const reading = { ...fullReading, 'dump-counters': decodeDumpCounters(message, 'each') }
    const families = await render(scrape(publication({ reading })))
    expect(samples(families, 'suricata_up')).toHaveLength(1)
    const labels = samples(families, 'suricata_app_layer_flows_total').at(-1)?.labels
    expect(labels?.app?.length).toBeLessThan(200)
    expect(labels?.thread).toContain('u000asuricata_up')
  })
})

describe('both formats', () => {
  it.each(['each', 'total'] as const)('hold the same series with threads told apart by %s', async (threads) => {
    const what = scrape(recorded('7.0.10', threads))
    const text = decodeExposition(await createMetricsText('text')(what))
    const open = decodeOpenMetrics(await createMetricsText('openMetrics')(what))
    expect(open.flatMap((family) => family.samples)).toEqual(text.flatMap((family) => family.samples))
    expect(open.map(({ type, help }) => [type, help])).toEqual(text.map(({ type, help }) => [type, help]))
  })

  it('the text passes promtool check metrics', async () => {
    const input = await createMetricsText('text')(scrape(recorded('7.0.10', 'each')))
    const end = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' })
    // The exporter's own names break a rule of style here and there; those of ours must not.
    const complaints = end.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('suricata_'))
    expect([end.error, complaints]).toEqual([undefined, []])
  })
})
