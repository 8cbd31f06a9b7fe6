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
  readonly 'packet-socket': Answer<PacketSocketCounters>
  readonly 'thread-cpu': Answer<readonly ThreadCpu[]>
  readonly ethtool: Answer<EnaAllowances>
  readonly disk: Answer<DiskSpace>
}
export type Source = Exclude<keyof Reading, 'atSeconds'>

/** From the engine's `dump-counters`: a snapshot refreshed once per stats interval (Suricata src/counters.c). */
export interface EngineCounters {
  readonly uptimeSeconds: number
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
  /** Packets or flows refused because a memcap was full, summed over the engine's memcaps. */
  readonly memcapDrops: number
  /** 0..1 */
  readonly memcapPressureRatio: number
  readonly rulesLoaded: number
  readonly rulesFailed: number
  readonly transactions: { readonly http: number; readonly tls: number; readonly dns: number }
  readonly workers: readonly WorkerCounters[]
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

/** Packets that the node's own protocols consumed (/proc/net/snmp, /proc/net/snmp6), so not mirrored ones. */
export interface OwnTraffic {
  /** On all interfaces together. */
  readonly packets: number
  /** Packets that the other interfaces received, loopback among them: own traffic that never crossed the capture interface. */
  readonly elsewherePackets: number
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
