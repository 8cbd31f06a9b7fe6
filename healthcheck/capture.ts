/**
 * The vocabulary of health: what one sensor knows about its capture over one window, and the limits we hold it to.
 *
 * Counts are what happened inside the window, never since boot. `null` means that the source of the figure failed: an
 * unknown figure crosses no limit; the failed source is itself a finding (`source-failed`). Every other figure is a
 * finite number >= 0; one that is not (NaN, negative) is counted as a failed source too.
 */
export interface CaptureWindow {
  /** Length of the window. Counts below divide by it. */
  readonly windowSeconds: number
  /** The engine's process exists and has once been ready (its socket answered and its workers ran). */
  readonly suricataUp: boolean
  /** Seconds since the command socket last answered within its deadline; 0 when it answered in this sample. */
  readonly socketSilentSeconds: number
  /**
   * The longest of: for each worker, seconds for which its own counters have stood still, over answered replies alone (a
   * healthy one moves on a quiet line too); while the socket is silent, seconds for which the interface received and no
   * worker was given a CPU. Traffic that leaves clears neither.
   */
  readonly engineStandstillSeconds: number
  /**
   * Seconds in which the interface received and the engine's own count of captured packets stood still, since that count
   * last moved. Quiet seconds do not count, and clear it only while it has not crossed its limit.
   */
  readonly captureStandstillSeconds: number
  /** Seconds since the counters that the engine publishes last changed (they are a snapshot, refreshed once per stats interval). */
  readonly countersAgeSeconds: number
  /** Packets the capture interface received, less those addressed to the node's own protocols (health checks, SSH). */
  readonly receivedPackets: number | null
  /** Seconds since a mirrored packet last arrived. */
  readonly receiveSilenceSeconds: number | null
  /** AF_PACKET packets. The kernel's `tp_packets` INCLUDES the drops (net/packet/af_packet.c, packet_getsockopt). */
  readonly capturePackets: number | null
  /** AF_PACKET drops: packets for which the ring had no room. */
  readonly captureDrops: number | null
  /** CPU time of the busiest capture worker over wall time, 0..1. */
  readonly workerBusyRatioMax: number | null
  /** Highest use of any of the engine's memcaps, 0..1. */
  readonly memcapPressureRatio: number | null
  /** Rules the engine has loaded, without the agent's own. */
  readonly rulesLoaded: number | null
  /** Rule files that were refused since the last good set was loaded (the last good set stays in force). */
  readonly rulesRejected: number
  /** Free share of the file system that holds the logs, 0..1. */
  readonly diskFreeRatio: number | null
  /** This sensor is leaving service on purpose. */
  readonly draining: boolean
  /** Names of the sources that failed in this sample; without the engine's own while it is down. */
  readonly failedSources: readonly string[]
}

/** Where each figure turns from fine into a finding. Ratios are 0..1. */
export interface Limits {
  readonly socketSilentSeconds: number
  readonly engineStandstillSeconds: number
  readonly captureStandstillSeconds: number
  /** Up to this rate the interface is not said to receive: ARP and the like are not mirrored traffic. */
  readonly receivingPacketsPerSecond: number
  readonly receiveSilenceSeconds: number
  readonly elevatedLossRatio: number
  readonly criticalLossRatio: number
  readonly workerBusyRatio: number
  readonly memcapPressureRatio: number
  readonly countersAgeSeconds: number
  readonly rulesLoaded: number
  readonly diskFreeRatio: number
}
