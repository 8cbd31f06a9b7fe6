/**
 * The metrics of corelight/suricata_exporter (0.5) that Suricata 7 and 8 with AF_PACKET workers have a counter for, under
 * its names and labels. Left out: what only other captures, IPS and Suricata 6 have, and a second name of 0.4 for
 * `suricata_flow_wrk_flows_evicted_needs_work_total`.
 *
 * Two of its faults are not copied: `tcp_pseudo_failed` shows pseudo_failed and not pseudo (0.4), and `flow_get_used_failed`,
 * which it looks for under another name, is there.
 */
export interface CompatibleMetric {
  /** A name in `_total` is a counter, any other a gauge. */
  readonly name: `suricata_${string}`
  readonly help: string
  /** Names of the counter inside `dump-counters`, or inside the part of it that speaks of a thread. */
  readonly path: readonly string[]
}

export interface CompatibleThreadMetric extends CompatibleMetric {
  /** By the beginning of their names: workers, flow managers, flow recyclers. */
  readonly threads: readonly ThreadKind[]
  /** A label besides `thread`, for a metric of several counters. */
  readonly label: readonly [name: string, value: string] | null
}
export type ThreadKind = 'W#' | 'FM#' | 'FR#'

type Row = readonly [name: string, path: string, help: string, label?: readonly [string, string]]

const toMetric = ([name, path, help]: Row): CompatibleMetric => ({
  name: `suricata_${name}`,
  help,
  path: path.split('.'),
})

const on = (threads: readonly ThreadKind[], rows: readonly Row[]): readonly CompatibleThreadMetric[] =>
  rows.map((row) => ({ ...toMetric(row), threads, label: row[3] ?? null }))

const headers = [
  ...[
    'ipv4',
    'ipv6',
    'ethernet',
    'arp',
    'unknown_ethertype',
    'chdlc',
    'raw',
    'null',
    'sll',
    'tcp',
    'udp',
    'sctp',
    'esp',
  ],
  ...['icmpv4', 'icmpv6', 'ppp', 'pppoe', 'geneve', 'gre', 'vlan', 'vlan_qinq', 'vlan_qinqinq', 'vxlan', 'vntag'],
  ...['ieee8021ah', 'teredo', 'ipv4_in_ipv6', 'ipv6_in_ipv6', 'mpls', 'erspan', 'nsh'],
]
const flowStates = ['new', 'established', 'closed', 'local_bypassed', 'capture_bypassed']
const tcpStates = [
  ...['syn_sent', 'syn_recv', 'established', 'fin_wait1', 'fin_wait2', 'time_wait', 'last_ack', 'close_wait'],
  ...['closing', 'closed'],
]
const pollResults = [
  ['signal', 'poll_signal'],
  ['timeout', 'poll_timeout'],
  ['data', 'poll_data'],
  ['error', 'poll_errors'],
] as const

const capture: readonly Row[] = [
  ['capture_kernel_packets_total', 'capture.kernel_packets', 'Packets that AF_PACKET saw, drops included.'],
  ['capture_kernel_drops_total', 'capture.kernel_drops', 'Packets that AF_PACKET dropped, the ring being full.'],
  ['capture_errors_total', 'capture.errors', 'Errors of the capture.'],
  ['capture_afpacket_busy_loop_avg', 'capture.afpacket.busy_loop_avg', 'Mean rounds of busy waiting for a block.'],
  ['capture_afpacket_send_errors_total', 'capture.afpacket.send_errors', 'Packets that could not be sent on.'],
  ...pollResults.map(
    ([result, field]): Row => [
      'capture_afpacket_poll_results_total',
      `capture.afpacket.${field}`,
      'Times that a worker asked the kernel for packets, by result.',
      ['result', result],
    ],
  ),
]

const decoder: readonly Row[] = [
  ['decoder_packets_total', 'decoder.pkts', 'Packets decoded.'],
  ['decoder_bytes_total', 'decoder.bytes', 'Bytes decoded.'],
  ['decoder_invalid_packets_total', 'decoder.invalid', 'Packets that could not be decoded.'],
  ...headers.map((name): Row => [`decoder_${name}_packets_total`, `decoder.${name}`, `Headers decoded: ${name}.`]),
  ['decoder_packet_size_avg', 'decoder.avg_pkt_size', 'Mean size of a packet in bytes.'],
  ['decoder_packet_size_max', 'decoder.max_pkt_size', 'Size of the largest packet in bytes.'],
  ['decoder_mac_address_src_max', 'decoder.max_mac_addrs_src', 'Most source MAC addresses of a flow.'],
  ['decoder_mac_address_dst_max', 'decoder.max_mac_addrs_dst', 'Most destination MAC addresses of a flow.'],
  ['decoder_too_many_layers_total', 'decoder.too_many_layers', 'Packets with more layers than are decoded.'],
  [
    'decoder_event_afpacket_truncated_packets_total',
    'decoder.event.afpacket.trunc_pkt',
    'Packets that AF_PACKET cut short.',
  ],
]

const defrag: readonly Row[] = [
  ...['ipv4', 'ipv6'].flatMap((ip): Row[] => [
    [`defrag_${ip}_fragments_total`, `defrag.${ip}.fragments`, `Fragments seen: ${ip}.`],
    [`defrag_${ip}_reassembled_total`, `defrag.${ip}.reassembled`, `Packets joined from fragments: ${ip}.`],
  ]),
  ['defrag_max_frag_hits', 'defrag.max_frag_hits', 'Times that the limit of fragments was reached; Suricata 7.'],
  ['defrag_max_trackers_reached', 'defrag.max_trackers_reached', 'Times that the limit of trackers was reached.'],
  ['defrag_max_fragments_reached', 'defrag.max_frags_reached', 'Times that the limit of fragments was reached.'],
  ['defrag_tracker_soft_reuse_total', 'defrag.tracker_soft_reuse', 'Trackers used again after their end.'],
  ['defrag_tracker_hard_reuse_total', 'defrag.tracker_hard_reuse', 'Trackers taken from packets not yet joined.'],
]

const tcp: readonly Row[] = [
  ['tcp_syn_packets_total', 'tcp.syn', 'SYN packets.'],
  ['tcp_synack_packets_total', 'tcp.synack', 'SYN/ACK packets.'],
  ['tcp_rst_packets_total', 'tcp.rst', 'RST packets.'],
  ['tcp_urg_packets_total', 'tcp.urg', 'Packets with the URG flag.'],
  ['tcp_ack_unseen_data_total', 'tcp.ack_unseen_data', 'Acknowledgements of data that was not seen.'],
  ['tcp_segment_from_cache_total', 'tcp.segment_from_cache', 'Segments taken from the cache of the thread.'],
  ['tcp_segment_from_pool_total', 'tcp.segment_from_pool', 'Segments taken from the common pool.'],
  ['tcp_ssn_from_cache_total', 'tcp.ssn_from_cache', 'Sessions taken from the cache of the thread.'],
  ['tcp_ssn_from_pool_total', 'tcp.ssn_from_pool', 'Sessions taken from the common pool.'],
  ['tcp_sessions_total', 'tcp.sessions', 'TCP sessions.'],
  ['tcp_ssn_memcap_drop_total', 'tcp.ssn_memcap_drop', 'Sessions refused, stream.memcap being reached.'],
  ['tcp_pseudo_total', 'tcp.pseudo', 'Pseudo packets made.'],
  ['tcp_pseudo_failed_total', 'tcp.pseudo_failed', 'Pseudo packets that could not be made; Suricata 7.'],
  ['tcp_invalid_checksum_packets_total', 'tcp.invalid_checksum', 'Packets with a wrong TCP checksum.'],
  ['tcp_midstream_pickups_total', 'tcp.midstream_pickups', 'Sessions taken up in the middle.'],
  ['tcp_pkt_on_wrong_thread_total', 'tcp.pkt_on_wrong_thread', 'Packets that came to a thread not of their flow.'],
  ['tcp_segment_memcap_drop_total', 'tcp.segment_memcap_drop', 'Segments refused, stream.reassembly.memcap reached.'],
  ['tcp_stream_depth_reached_total', 'tcp.stream_depth_reached', 'Streams not followed beyond the depth.'],
  ['tcp_reassembly_gap_total', 'tcp.reassembly_gap', 'Gaps in reassembled streams.'],
  ['tcp_overlap_total', 'tcp.overlap', 'Overlapping segments.'],
  ['tcp_overlap_diff_data_total', 'tcp.overlap_diff_data', 'Overlapping segments that disagree.'],
  ['tcp_insert_data_normal_fail_total', 'tcp.insert_data_normal_fail', 'Segments that could not be taken in.'],
  ['tcp_insert_data_overlap_fail_total', 'tcp.insert_data_overlap_fail', 'Overlaps that could not be taken in.'],
  ['tcp_urgent_oob_data_total', 'tcp.urgent_oob_data', 'Bytes of urgent data out of band.'],
]

const flow: readonly Row[] = [
  ['flow_all_total', 'flow.total', 'Flows.'],
  ['flow_active_flows', 'flow.active', 'Flows now; of a single thread those that it began.'],
  ...['tcp', 'udp', 'icmpv4', 'icmpv6'].map((name): Row => [`flow_${name}_total`, `flow.${name}`, `Flows: ${name}.`]),
  ['flow_elephant_total', 'flow.elephant', 'Flows of very many bytes.'],
  ['flow_tcp_reuse_total', 'flow.tcp_reuse', 'TCP flows that took over the ports of one before.'],
  ['flow_get_used_total', 'flow.get_used', 'Flows taken from those in use, memory being short.'],
  ['flow_get_used_eval_total', 'flow.get_used_eval', 'Flows looked at for that.'],
  ['flow_get_used_eval_reject_total', 'flow.get_used_eval_reject', 'Flows that were not given up for that.'],
  ['flow_get_used_eval_busy_total', 'flow.get_used_eval_busy', 'Flows that were locked at that.'],
  ['flow_get_used_failed_total', 'flow.get_used_failed', 'Times that no flow was found for that.'],
  ['flow_wrk_spare_sync_avg', 'flow.wrk.spare_sync_avg', 'Mean flows fetched from the spare pool at once.'],
  ['flow_wrk_spare_sync_total', 'flow.wrk.spare_sync', 'Times that spare flows were fetched.'],
  ['flow_wrk_spare_sync_incomplete_total', 'flow.wrk.spare_sync_incomplete', 'Fetches that found too few.'],
  ['flow_wrk_spare_sync_empty_total', 'flow.wrk.spare_sync_empty', 'Fetches that found none.'],
  ['flow_wrk_flows_evicted_needs_work_total', 'flow.wrk.flows_evicted_needs_work', 'Evicted flows with work left.'],
  ['flow_wrk_flows_evicted_pkt_inject_total', 'flow.wrk.flows_evicted_pkt_inject', 'Packets made to finish flows.'],
  ['flow_wrk_flows_evicted_total', 'flow.wrk.flows_evicted', 'Flows evicted.'],
  ['flow_wrk_flows_injected_total', 'flow.wrk.flows_injected', 'Flows handed over by the flow manager.'],
  ['flow_wrk_flows_injected_max', 'flow.wrk.flows_injected_max', 'Most flows handed over at once.'],
]

const detect: readonly Row[] = [
  ['flow_bypassed_local_packets_total', 'flow_bypassed.local_pkts', 'Packets of flows bypassed by the engine.'],
  ['flow_bypassed_local_bytes_total', 'flow_bypassed.local_bytes', 'Bytes of flows bypassed by the engine.'],
  ['flow_bypassed_local_capture_packets_total', 'flow_bypassed.local_capture_pkts', 'Packets the capture let through.'],
  ['flow_bypassed_local_capture_bytes_total', 'flow_bypassed.local_capture_bytes', 'Bytes the capture let through.'],
  ['detect_alerts_total', 'detect.alert', 'Alerts.'],
  ['detect_alert_queue_overflows_total', 'detect.alert_queue_overflow', 'Alerts lost, too many for one packet.'],
  ['detect_alerts_suppressed_total', 'detect.alerts_suppressed', 'Alerts suppressed.'],
  ['filestore_open_files_max_hit', 'file_store.open_files_max_hit', 'Times that the limit of open files was reached.'],
  ['filestore_fs_errors_total', 'file_store.fs_errors', 'Files that could not be stored.'],
]

const flowEnd: readonly Row[] = [
  ['flow_end_tcp_liberal_total', 'flow.end.tcp_liberal', 'TCP flows that ended in liberal mode.'],
  ...flowStates.map(
    (state): Row => [`flow_end_state_${state}_total`, `flow.end.state.${state}`, `Flows that ended in state ${state}.`],
  ),
  ...tcpStates.map(
    (state): Row => [
      `flow_end_tcpstate_${state}_total`,
      `flow.end.tcp_state.${state}`,
      `TCP flows that ended in state ${state}.`,
    ],
  ),
]

const manager: readonly Row[] = [
  ['flow_mgr_full_hash_pass_total', 'flow.mgr.full_hash_pass', 'Passes over the whole flow table.'],
  ['flow_mgr_rows_per_sec', 'flow.mgr.rows_per_sec', 'Rows of the flow table that are looked at per second.'],
  ['flow_mgr_rows_maxlen', 'flow.mgr.rows_maxlen', 'Most flows in a row of the flow table.'],
  ['flow_mgr_flows_checked_total', 'flow.mgr.flows_checked', 'Flows looked at.'],
  ['flow_mgr_flows_notimeout_total', 'flow.mgr.flows_notimeout', 'Flows looked at that had not timed out.'],
  ['flow_mgr_flow_timeout_total', 'flow.mgr.flows_timeout', 'Flows looked at that had timed out.'],
  ['flow_mgr_flows_evicted_total', 'flow.mgr.flows_evicted', 'Flows evicted.'],
  ['flow_mgr_flows_evicted_needs_work', 'flow.mgr.flows_evicted_needs_work', 'Evicted flows with work left.'],
  ['flow_bypassed_closed_total', 'flow_bypassed.closed', 'Bypassed flows that ended.'],
  ['flow_bypassed_packets_total', 'flow_bypassed.pkts', 'Packets of bypassed flows.'],
  ['flow_bypassed_bytes_total', 'flow_bypassed.bytes', 'Bytes of bypassed flows.'],
]

const recycler: readonly Row[] = [
  ['flow_recycler_recycled_total', 'flow.recycler.recycled', 'Flows that were logged and freed.'],
  ['flow_recycler_queue_avg', 'flow.recycler.queue_avg', 'Mean flows waiting for that.'],
  ['flow_recycler_queue_max', 'flow.recycler.queue_max', 'Most flows waiting for that.'],
]

/** One series a thread. Rows of one name stand together. */
export const compatibleThreadMetrics = [
  ...on(['W#'], [...capture, ...decoder, ...defrag, ...tcp, ...flow, ...detect]),
  ...on(['W#', 'FR#'], flowEnd),
  ...on(['FM#'], manager),
  ...on(['FR#'], recycler),
]

/** Of the engine as a whole. */
export const compatibleEngineMetrics = (
  [
    ['uptime_seconds', 'uptime', 'Seconds since the engine started.'],
    ['tcp_memuse_bytes', 'tcp.memuse', 'Memory of TCP sessions in bytes.'],
    ['tcp_reassembly_memuse_bytes', 'tcp.reassembly_memuse', 'Memory of TCP reassembly in bytes.'],
    ['flow_spare', 'flow.spare', 'Spare flows.'],
    ['flow_emerg_mode_entered_total', 'flow.emerg_mode_entered', 'Times that the emergency mode began.'],
    ['flow_emerg_mode_over_total', 'flow.emerg_mode_over', 'Times that the emergency mode ended.'],
    ['flow_memuse_bytes', 'flow.memuse', 'Memory of flows in bytes.'],
    ['defrag_memuse_bytes', 'defrag.memuse', 'Memory of defragmentation in bytes.'],
    ['http_memuse_bytes', 'http.memuse', 'Memory of HTTP in bytes.'],
    ['ftp_memuse_bytes', 'ftp.memuse', 'Memory of FTP in bytes.'],
  ] satisfies readonly Row[]
).map(toMetric)
