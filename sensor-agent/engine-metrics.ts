import { counter, gauge } from './metric.ts'

/** The part of the catalogue (metrics.ts) that speaks of the engine. */
export const engineMetrics = {
  // The capture.
  capturePackets: counter(
    'sensor_capture_packets_total',
    'Packets that AF_PACKET saw since the engine started, drops included.',
  ),
  captureDrops: counter('sensor_capture_drops_total', 'Packets that AF_PACKET dropped because a ring had no room.'),
  captureInvalidChecksums: counter('sensor_capture_invalid_checksums_total', 'Captured packets with a wrong checksum.'),
  captureLossRatio: gauge('sensor_capture_loss_ratio', 'Drops over packets of AF_PACKET in the window, 0 to 1.'),

  // The spread over the capture workers, in place of a series for each of them.
  workers: gauge('sensor_workers', 'Capture workers of the engine.'),
  workerBusyRatioMax: gauge(
    'sensor_worker_busy_ratio_max',
    'CPU time over wall time in the window, of the busiest capture worker, 0 to 1.',
  ),
  workerBusyRatioMin: gauge(
    'sensor_worker_busy_ratio_min',
    'CPU time over wall time in the window, of the least busy capture worker, 0 to 1.',
  ),
  workerBusyRatioMean: gauge(
    'sensor_worker_busy_ratio_mean',
    'CPU time over wall time in the window, mean of the capture workers, 0 to 1.',
  ),
  workerPacketsPerSecondMax: gauge(
    'sensor_worker_packets_per_second_max',
    'Packets per second in the window, drops included, most of any capture worker.',
  ),
  workerPacketsPerSecondMin: gauge(
    'sensor_worker_packets_per_second_min',
    'Packets per second in the window, drops included, least of any capture worker.',
  ),
  workerPacketsPerSecondMean: gauge(
    'sensor_worker_packets_per_second_mean',
    'Packets per second in the window, drops included, mean of the capture workers.',
  ),
  workerDropsPerSecondMax: gauge(
    'sensor_worker_drops_per_second_max',
    'Drops per second in the window, most of any capture worker.',
  ),
  workerDropsPerSecondMin: gauge(
    'sensor_worker_drops_per_second_min',
    'Drops per second in the window, least of any capture worker.',
  ),
  workerDropsPerSecondMean: gauge(
    'sensor_worker_drops_per_second_mean',
    'Drops per second in the window, mean of the capture workers.',
  ),
  workerImbalanceRatio: gauge(
    'sensor_worker_imbalance_ratio',
    'How unevenly the capture workers share the packets of the window, 0 to 1: 0 evenly, 1 all on one.',
  ),

  // Decoding and detection.
  decodedPackets: counter(
    'sensor_decoded_packets_total',
    'Packets that the engine decoded; a packet counts once, however many envelopes it has.',
  ),
  decodedBytes: counter('sensor_decoded_bytes_total', 'Bytes that the engine decoded.'),
  vxlanPackets: counter('sensor_vxlan_packets_total', 'VXLAN packets that the engine decapsulated.'),
  genevePackets: counter('sensor_geneve_packets_total', 'GENEVE packets that the engine decapsulated.'),
  invalidPackets: counter('sensor_invalid_packets_total', 'Packets that the engine could not decode.'),
  flows: counter('sensor_flows_total', 'Flows that the engine tracked.'),
  alerts: counter('sensor_alerts_total', 'Alerts that the rules raised.'),
  transactions: counter('sensor_transactions_total', 'Application transactions that the engine parsed.', 'protocol'),
  eveBytes: counter('sensor_eve_bytes_total', 'Bytes in eve.json; counts anew when the file is rotated.'),
  reassemblyGaps: counter(
    'sensor_reassembly_gaps_total',
    'Gaps in reassembled TCP streams: packets lost somewhere before the engine.',
  ),
  memcapDrops: counter(
    'sensor_memcap_drops_total',
    'Packets or flows that the engine refused because a memory cap was reached.',
  ),
  memcapPressureRatio: gauge(
    'sensor_memcap_pressure_ratio',
    'Highest use of any of the memory caps of the engine, 0 to 1.',
  ),
  rulesLoaded: gauge('sensor_rules_loaded', 'Rules that the engine has loaded.'),
  rulesFailed: gauge('sensor_rules_failed', 'Rules that the engine failed to load.'),
  rulesLoadedTimestamp: gauge(
    'sensor_rules_loaded_timestamp_seconds',
    'When the engine loaded its rules, at its start or by a reload; Unix time in seconds.',
  ),
  rulesRejected: gauge(
    'sensor_rules_rejected_files',
    'Rule files refused since the last good set was loaded; that set stays in force.',
  ),

  // The engine as a process.
  engineUp: gauge('sensor_engine_up', '1 while the engine runs and has been ready, else 0; always present.'),
  engineUptimeSeconds: gauge('sensor_engine_uptime_seconds', 'Seconds since the engine started, by its own count.'),
  engineRestarts: counter('sensor_engine_restarts_total', 'Times that this agent replaced the engine.'),
  engineAdoptions: counter('sensor_engine_adoptions_total', 'Times that this agent took over a running engine.'),
  countersAgeSeconds: gauge(
    'sensor_counters_age_seconds',
    'Seconds since the counters that the engine publishes last changed.',
  ),
  eveAgeSeconds: gauge(
    'sensor_eve_age_seconds',
    'Wall clock seconds since the engine last wrote to eve.json, which it does every second with its own figures.',
  ),
} as const
