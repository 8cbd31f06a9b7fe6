import type { Limits } from './capture.ts'

/** The limits of a sensor unless its operator gives others. A figure that equals its limit has not crossed it. */
export const defaultLimits: Limits = {
  /**
   * Two deadlines of one reply (2 s each) and a sample: not a single slow answer, and a reload that does not block leaves
   * the socket free. The agent derives it anew from its settings, as all limits that a sample interval enters.
   */
  socketSilentSeconds: 5,
  /**
   * Workers hand over their counters about every 3 s (STATS_WUT_TTS, Suricata src/counters.c), the snapshot is redone
   * every second, and so is our sample: in good health 3 + 1 + 1 s can pass between two moves. A stopped engine is found 5
   * samples after the one that waited in vain for its reply: 8 s after it stopped.
   */
  engineStandstillSeconds: 5,
  /**
   * Only seconds in which the line received count. Longer than the engine's: the first packets after a pause wait for the
   * ring's block to fill or to time out as well.
   */
  captureStandstillSeconds: 8,
  /** A quiet link still carries ARP and neighbour discovery. They come more rarely than this; up to it a line is quiet. */
  receivingPacketsPerSecond: 1,
  /** Five minutes: past the 120 s for which NLB and GWLB pin an idle flow, so a lull that load balancing explains is over. */
  receiveSilenceSeconds: 300,
  /** One packet in a thousand: a flow of a hundred packets has a gap with a chance of 10 %. */
  elevatedLossRatio: 0.001,
  /** One packet in a hundred: a flow of a hundred packets has a gap with a chance of 63 %. */
  criticalLossRatio: 0.01,
  /** The last tenth is what absorbs a burst; a worker that has used it up drops at the next one. */
  workerBusyRatio: 0.9,
  /** A full memcap makes Suricata forget flows and streams silently; a tenth is left to react in. */
  memcapPressureRatio: 0.9,
  /** Ten refreshes missed at `stats.interval` 1 s. Older numbers describe another minute than the one on the clock. */
  countersAgeSeconds: 10,
  /** Without a single rule beside the agent's own there are logs but no detection. */
  rulesLoaded: 1,
  /** The last tenth is the time left to ship or delete logs: a full disk stops every output at once. */
  diskFreeRatio: 0.1,
}
