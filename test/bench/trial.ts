/** Counters around one trial: what the engines and the kernel say before the first packet and once all has settled. */
export interface TrialCounters {
  /** Came to AF_PACKET, those included that it dropped, over all engines. */
  readonly captured: number
  readonly captureDrops: number
  readonly deviceDrops: number
  /** Of the whole machine. */
  readonly softnetDrops: number
  readonly engineSeconds: number
  readonly softirqSeconds: number
}

export interface Sending {
  readonly askedPacketsPerSecond: number
  readonly achievedPacketsPerSecond: number
  readonly packets: number
  /** A veth whose far end has a full backlog. */
  readonly wireDrops: number
  /** CPU that the engines had used when the last packet had been sent. */
  readonly engineSecondsAtEnd: number
}

export interface Trial {
  readonly askedPacketsPerSecond: number
  readonly packetsPerSecond: number
  readonly packets: number
  readonly lost: number
  readonly lossRatio: number
  /** Where, as far as a counter names the place; the rest of `lost` was not seen again anywhere. */
  readonly drops: { readonly wire: number; readonly device: number; readonly softnet: number; readonly capture: number }
  /** CPU that the engines used after the last packet, as a share: what they still had to catch up on. */
  readonly lagShare: number
  /** CPU seconds per million packets, of the engines and of softirq. */
  readonly processSecondsPerMillion: number
  readonly softirqSecondsPerMillion: number
  readonly sustained: boolean
}

/** More than this after the end means that the ring was filling up: a longer run would have lost packets. */
const mostLagShare = 0.15
/** A generator that cannot send as fast as asked proves nothing at the asked rate. */
const leastAchieved = 0.97

/** What came of a trial. Loss is what was sent and not handed to an engine, wherever it went. */
export function toTrial(sending: Sending, before: TrialCounters, after: TrialCounters): Trial {
  const since = (key: keyof TrialCounters) => after[key] - before[key]
  const { packets, askedPacketsPerSecond, achievedPacketsPerSecond } = sending
  const delivered = since('captured') - since('captureDrops')
  const lost = Math.max(packets - delivered, 0)
  const used = since('engineSeconds')
  const lagShare = used > 0 ? (after.engineSeconds - sending.engineSecondsAtEnd) / used : 0
  const perMillion = (seconds: number) => (packets > 0 ? (seconds / packets) * 1e6 : 0)
  return {
    askedPacketsPerSecond,
    packetsPerSecond: achievedPacketsPerSecond,
    packets,
    lost,
    lossRatio: packets > 0 ? lost / packets : 0,
    drops: {
      wire: sending.wireDrops,
      device: since('deviceDrops'),
      softnet: since('softnetDrops'),
      capture: since('captureDrops'),
    },
    lagShare,
    processSecondsPerMillion: perMillion(used),
    softirqSecondsPerMillion: perMillion(since('softirqSeconds')),
    sustained:
      packets > 0 &&
      lost === 0 &&
      lagShare <= mostLagShare &&
      achievedPacketsPerSecond >= leastAchieved * askedPacketsPerSecond,
  }
}
