import { reasons } from '../healthcheck/verdict.ts'
import { engineMetrics } from './engine-metrics.ts'
import { counter, gauge } from './metric.ts'
import { funnelPlaces } from './sample/funnel.ts'
import { sources } from './sample/reading.ts'

/** One exported metric. `help` says what is counted and the unit; the values of a label are listed in `labelValues`. */
export type Metric = Described &
  (
    | { readonly type: 'counter'; readonly name: `sensor_${string}_total` }
    | { readonly type: 'gauge'; readonly name: `sensor_${string}` }
  )
interface Described {
  readonly help: string
  readonly labels: readonly Label[]
}

/** Every value that a label can take. `null`: open, and bounded by what the comment says. */
export const labelValues = {
  protocol: ['http', 'tls', 'dns'],
  allowance: ['bandwidth-in', 'bandwidth-out', 'packets-per-second', 'conntrack', 'link-local'],
  source: sources,
  /** Every place in funnel order, with its source, is in sample/funnel.ts. */
  place: funnelPlaces,
  status: ['healthy', 'degraded', 'unhealthy'],
  /** `verdict-stale` is the agent's own: no verdict of healthcheck/ can say that there is no verdict. */
  reason: [...reasons.map(({ reason }) => reason), 'verdict-stale'],
  /** One per capture thread, and only with SENSOR_METRICS_PER_THREAD. */
  thread: null,
  /** One value for the life of a process. */
  version: null,
  suricata: null,
  node: null,
} as const satisfies Record<string, readonly string[] | null>
export type Label = keyof typeof labelValues

/** Places that show a loss which may be counted elsewhere too: to be left out where places are added up. */
export const tracePlaces = ['stream-gap', 'wrong-thread'] as const satisfies readonly (typeof funnelPlaces)[number][]

/**
 * Every series that the agent exports; dashboards and alerts take their names from here. A figure whose source failed
 * is absent, never 0: a counter that drops to 0 would read as a restart.
 */
export const metrics = {
  ...engineMetrics,

  // The loss funnel, and what its places say in detail.
  lostPackets: counter(
    'sensor_lost_packets_total',
    'Packets lost or spoiled, by place in the order of a packet; since boot, or since the engine started.',
    'place',
  ),
  interfaceReceivedPackets: counter(
    'sensor_interface_received_packets_total',
    'Packets that the capture interface received.',
  ),
  interfaceReceivedBytes: counter(
    'sensor_interface_received_bytes_total',
    'Bytes that the capture interface received.',
  ),
  interfaceDrops: counter(
    'sensor_interface_drops_total',
    'Received packets that the kernel dropped at the capture interface.',
  ),
  interfaceMissed: counter(
    'sensor_interface_missed_total',
    'Packets that the capture interface missed for want of receive buffers.',
  ),
  interfaceErrors: counter('sensor_interface_errors_total', 'Packets that the capture interface received with errors.'),
  softnetDrops: counter(
    'sensor_softnet_drops_total',
    'Packets dropped because the backlog of a CPU was full, all CPUs.',
  ),
  softnetSqueezed: counter(
    'sensor_softnet_squeezed_total',
    'Times that a CPU ran out of its receive budget with packets waiting, all CPUs.',
  ),
  vxlanDeviceReceivedPackets: counter(
    'sensor_vxlan_device_received_packets_total',
    'Packets that the kernel decapsulated for the vxlan devices; 0 without any.',
  ),
  vxlanDeviceDrops: counter(
    'sensor_vxlan_device_drops_total',
    'Decapsulated packets that a vxlan device dropped, the backlog of a CPU being full.',
  ),
  vxlanDeviceErrors: counter(
    'sensor_vxlan_device_errors_total',
    'Packets that a vxlan device refused because their headers were wrong.',
  ),
  packetSocketDrops: counter(
    'sensor_packet_socket_drops_total',
    'Packets that packet sockets without a ring dropped on the capture interface, by sock_diag.',
  ),
  enaAllowanceExceeded: counter(
    'sensor_ena_allowance_exceeded_total',
    'Packets queued or dropped because an allowance of the instance was exceeded; absent without an ENA driver.',
    'allowance',
  ),
  diskFreeBytes: gauge('sensor_disk_free_bytes', 'Free bytes of the file system that holds the logs.'),
  diskFreeRatio: gauge('sensor_disk_free_ratio', 'Free share of the file system that holds the logs, 0 to 1.'),

  // What we believe.
  ready: gauge('sensor_ready', '1 while the load balancer should send traffic, else 0.'),
  status: gauge('sensor_status', '1 for the present status, else 0.', 'status'),
  findings: gauge('sensor_finding', '1 for each reason among the present findings, else 0.', 'reason'),
  windowReceivedPackets: gauge(
    'sensor_window_received_packets',
    'Mirrored packets that the capture interface received in the window.',
  ),

  // The agent itself.
  sourceAgeSeconds: gauge(
    'sensor_source_age_seconds',
    'Seconds since a source last answered; eve-log is asked every 2 s, packet-socket, ethtool and disk every 10 s.',
    'source',
  ),
  sourceFailures: counter('sensor_source_failures_total', 'Samples in which a source failed.', 'source'),
  samples: counter('sensor_samples_total', 'Samples taken and judged.'),
  samplesSkipped: counter(
    'sensor_samples_skipped_total',
    'Samples not taken because the one before took longer than the interval.',
  ),
  sampleDurationSeconds: gauge(
    'sensor_sample_duration_seconds',
    'Seconds that reading and judging the last sample took.',
  ),
  sampleAgeSeconds: gauge(
    'sensor_sample_age_seconds',
    'Seconds since the last sample was published; grows when the agent stalls.',
  ),
  agentCpuSeconds: counter('sensor_agent_cpu_seconds_total', 'User and system CPU seconds of the agent.'),
  agentResidentBytes: gauge('sensor_agent_resident_bytes', 'Resident memory of the agent in bytes.'),
  buildInfo: gauge(
    'sensor_build_info',
    'Always 1; the versions of the agent, of Suricata and of Node.js are in the labels.',
    'version',
    'suricata',
    'node',
  ),

  // By thread, only with SENSOR_METRICS_PER_THREAD.
  threadCapturePackets: counter(
    'sensor_thread_capture_packets_total',
    'Packets that AF_PACKET saw, drops included, by capture thread.',
    'thread',
  ),
  threadCaptureDrops: counter(
    'sensor_thread_capture_drops_total',
    'Packets that AF_PACKET dropped, by capture thread.',
    'thread',
  ),
  threadDecodedPackets: counter(
    'sensor_thread_decoded_packets_total',
    'Packets that the engine decoded, by capture thread.',
    'thread',
  ),
  threadCpuSeconds: counter(
    'sensor_thread_cpu_seconds_total',
    'User and system CPU seconds, by capture thread; its rate is the busy ratio.',
    'thread',
  ),
} as const satisfies Record<string, Metric>
export type MetricKey = keyof typeof metrics
