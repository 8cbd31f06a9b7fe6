import type { FaultCode } from '../faults.ts'

/**
 * What all the sources said at one instant: plain data, counters since boot or since the engine started. `read/` fills
 * it, `sample/` compares two of them. Each source may fail alone.
 */
export type Answer<T> = { readonly ok: true; readonly value: T } | Failure

/** `code` is for programs, `fault` is the sentence for people. */
export interface Failure {
  readonly ok: false
  readonly code: FaultCode
  readonly fault: string
}

/** The sources by name; the name is the label value of `sensor_source_failures_total`. */
export interface Reading {
  /** Seconds on a monotonic clock. */
  readonly atSeconds: number
  readonly 'dump-counters': Answer<EngineCounters>
  readonly 'iface-stat': Answer<CaptureCounters>
  readonly interface: Answer<InterfaceCounters>
  readonly 'own-traffic': Answer<OwnTraffic>
  readonly softnet: Answer<SoftnetCounters>
  readonly 'vxlan-device': Answer<VxlanDeviceCounters>
  readonly 'packet-socket': Answer<PacketSocketCounters>
  readonly 'thread-cpu': Answer<readonly ThreadCpu[]>
  readonly ethtool: Answer<EnaAllowances>
  readonly disk: Answer<DiskSpace>
  readonly 'eve-log': Answer<EveLog>
}
export type Source = Exclude<keyof Reading, 'atSeconds'>

/** Every source, in the order of the reading; one left out does not compile where the rest of the agent goes through them. */
export const sources = [
  'dump-counters',
  'iface-stat',
  'interface',
  'own-traffic',
  'softnet',
  'vxlan-device',
  'packet-socket',
  'thread-cpu',
  'ethtool',
  'disk',
  'eve-log',
] as const satisfies readonly Source[]

/** These ask the engine itself, so without one they cannot but fail. */
export const engineSources: readonly Source[] = ['dump-counters', 'iface-stat', 'thread-cpu', 'eve-log']

/** From the engine's `dump-counters`: a snapshot refreshed once per stats interval (Suricata src/counters.c). */
export interface EngineCounters {
  /** Null where the engine does not say. Nothing rests on it: it proves only that the thread of the socket lives. */
  readonly uptimeSeconds: number | null
  /** AF_PACKET packets, drops included. */
  readonly capturePackets: number
  readonly captureDrops: number
  readonly decodedPackets: number
  readonly decodedBytes: number
  readonly invalidPackets: number
  readonly vxlanPackets: number
  readonly genevePackets: number
  readonly flows: number
  readonly alerts: number
  readonly reassemblyGaps: number
  /** Segments that TCP reassembly could not take. */
  readonly refusedSegments: number
  /** Packets that came to another thread than their flow's. */
  readonly wrongThreadPackets: number
  /** Packets or flows refused because a memcap was full, summed over the engine's memcaps. */
  readonly memcapDrops: number
  /** 0..1 */
  readonly memcapPressureRatio: number
  readonly rulesLoaded: number
  readonly rulesFailed: number
  /** Unix time of the last load, by a start or a reload; null where the engine does not say. */
  readonly rulesLoadedTimestamp: number | null
  readonly transactions: { readonly http: number; readonly tls: number; readonly dns: number }
  readonly workers: readonly WorkerCounters[]
  /** Null unless SENSOR_METRICS is `compatible`. */
  readonly compatible: CompatibleCounters | null
}

/** What suricata_exporter reads from the same reply (compatible-metrics.ts). */
export interface CompatibleCounters {
  /** By `compatibleEngineMetrics`, in its order; null where this engine has no such counter. */
  readonly engine: readonly (number | null)[]
  readonly threads: readonly CompatibleThread[]
  readonly detectEngines: readonly DetectEngine[]
}

export interface CompatibleThread {
  /** Name as the engine gives it, or `Total`. */
  readonly thread: string
  /** By `compatibleThreadMetrics`, in its order; null where this thread has no such counter. */
  readonly values: readonly (number | null)[]
  /** Flows by application protocol as the engine names it. */
  readonly flows: readonly (readonly [app: string, flows: number])[]
}

/** One for each tenant. */
export interface DetectEngine {
  readonly id: number
  readonly rulesLoaded: number
  readonly rulesFailed: number
  readonly loadedTimestamp: number | null
}

export interface WorkerCounters {
  /** Thread name as the engine gives it, such as `W#01-eth0`. */
  readonly thread: string
  readonly capturePackets: number
  readonly captureDrops: number
  readonly decodedPackets: number
  /** Times the worker asked the kernel for packets. It asks at least every 100 ms, so this moves on a quiet line too. */
  readonly polls: number
}

/** From the engine's `iface-stat`: live atomics, the fast source for packets and drops. */
export interface CaptureCounters {
  readonly packets: number
  readonly drops: number
  readonly invalidChecksums: number
}

/** /sys/class/net/<interface>/statistics */
export interface InterfaceCounters {
  readonly receivedPackets: number
  readonly receivedBytes: number
  readonly drops: number
  readonly missed: number
  readonly errors: number
}

/** The vxlan devices of SENSOR_VNIS together, since they were made; all zero without any. */
export interface VxlanDeviceCounters {
  readonly devices: number
  /** Decapsulated, those included that were dropped after. */
  readonly receivedPackets: number
  /** No room in the backlog of a CPU (the kernel counts such a drop in softnet_stat too), or the device was down. */
  readonly drops: number
  /** Refused: reserved bits set, an inner packet without its header, a congestion mark that the inner packet cannot carry. */
  readonly errors: number
}

/** Packets that the node's own protocols consumed or forwarded (/proc/net/snmp, /proc/net/snmp6), so not mirrored ones. */
export interface OwnTraffic {
  /** On all interfaces together. */
  readonly packets: number
  /**
   * Those of them that never crossed the capture interface. Loopback alone: other interfaces count a packet before GRO
   * joins it to others, or once more on its bridge. To take their traffic for the capture interface's own at worst hides a
   * mirror that is weaker than it; to take too much of it off replaces engines that are well.
   */
  readonly loopbackPackets: number
}

/** /proc/net/softnet_stat, summed over CPUs. */
export interface SoftnetCounters {
  readonly processed: number
  readonly drops: number
  readonly squeezed: number
}

/**
 * Packet sockets on the capture interface as the kernel's sock_diag reports them. `drops` are those of sockets without a
 * ring; the kernel keeps a ring's drops for its owner alone (`EngineCounters.captureDrops`).
 */
export interface PacketSocketCounters {
  readonly sockets: number
  readonly drops: number
}

/** User and system time of one engine thread. */
export interface ThreadCpu {
  readonly thread: string
  readonly cpuSeconds: number
  /**
   * Times that a capture worker was given a CPU; 0 for other threads. CPU time counts in steps of 10 ms, for which a worker
   * on a line of few packets takes a minute; this moves with every look at the ring.
   */
  readonly switches: number
}

/** `ethtool -S`: ENA allowance counters; zero fields where the driver has none (`supported: false`). */
export interface EnaAllowances {
  readonly supported: boolean
  readonly bandwidthInExceeded: number
  readonly bandwidthOutExceeded: number
  readonly packetsPerSecondExceeded: number
  readonly conntrackExceeded: number
  readonly linkLocalExceeded: number
}

export interface DiskSpace {
  readonly freeBytes: number
  readonly totalBytes: number
}

/** eve.json in the folder of the logs. */
export interface EveLog {
  readonly bytes: number
  /** Seconds since it was last written to, by the clock of the wall. */
  readonly ageSeconds: number
}
