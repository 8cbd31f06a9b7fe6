/** Counters around one trial: what the engines and the kernel say before the first packet and once all has settled. */
export interface TrialCounters {
  /** Came to AF_PACKET, those included that it dropped, over all engines. */
  readonly captured: number
  readonly captureDrops: number
  readonly deviceDrops: number
  /** Of the whole machine. */
  readonly softnetDrops: number
  readonly engineSeconds: number
  /** CPU of each capture thread, always in the same order. */
  readonly workerSeconds: readonly number[]
}

/** Why a rate was not sustained. With `generator` the sensor might have taken more, so what was found is a lower bound. */
export type Limit = 'loss' | 'lag' | 'generator'

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
  /** CPU seconds per million packets, of the engines. */
  readonly processSecondsPerMillion: number
  /** Of the CPU of all capture threads: 1 / threads when they are equally busy, 1 when one has all the work. */
  readonly busiestWorkerShare: number
  /** null: the rate was sustained. */
  readonly limitedBy: Limit | null
}

/**
 * More than this after the end means that the ring was filling up: a longer run would have lost packets. A rate that is
 * sustained is above what goes on for ever by this at most.
 */
const mostLagShare = 0.1
/** A generator that cannot send as fast as asked proves nothing at the asked rate. */
const leastAchieved = 0.97

/**
 * What came of a trial. Loss is what was sent and not handed to an engine, wherever it went.
 * @throws when more came than was sent: each stray packet would make up for a lost one
 */
export function toTrial(sending: Sending, before: TrialCounters, after: TrialCounters): Trial {
  const since = (key: Exclude<keyof TrialCounters, 'workerSeconds'>) => after[key] - before[key]
  const { packets, askedPacketsPerSecond, achievedPacketsPerSecond } = sending
  const delivered = since('captured') - since('captureDrops')
  if (delivered > packets)
    throw new Error(`${delivered} packets were delivered of ${packets} sent: others' are among them`)
  const lost = packets - delivered
  const used = since('engineSeconds')
  const lagShare = used > 0 ? (after.engineSeconds - sending.engineSecondsAtEnd) / used : 0
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
    processSecondsPerMillion: packets > 0 ? (used / packets) * 1e6 : 0,
    busiestWorkerShare: toBusiestShare(before.workerSeconds, after.workerSeconds),
    limitedBy: toLimit(lost, lagShare, sending),
  }
}

/** What the engine could not do counts first: it could not do it even at the rate that the generator reached. */
function toLimit(lost: number, lagShare: number, sending: Sending): Limit | null {
  const { packets, askedPacketsPerSecond, achievedPacketsPerSecond } = sending
  if (lost > 0) return 'loss'
  if (lagShare > mostLagShare) return 'lag'
  const reached = wasOffered({ askedPacketsPerSecond, packetsPerSecond: achievedPacketsPerSecond })
  return packets > 0 && reached ? null : 'generator'
}

type Rates = Pick<Trial, 'askedPacketsPerSecond' | 'packetsPerSecond'>

/** Whether the generator reached the asked rate. */
export const wasOffered = ({ askedPacketsPerSecond, packetsPerSecond }: Rates): boolean =>
  packetsPerSecond >= leastAchieved * askedPacketsPerSecond

function toBusiestShare(before: readonly number[], after: readonly number[]): number {
  const used = after.map((seconds, worker) => seconds - (before[worker] ?? 0))
  const total = used.reduce((sum, seconds) => sum + seconds, 0)
  return total > 0 ? Math.max(...used) / total : 0
}

/** The one that most searches met; null: none met any. */
export function toUsualLimit(limits: readonly (Limit | null)[]): Limit | null {
  const count = (limit: Limit) => limits.filter((met) => met === limit).length
  const [usual] = (['generator', 'lag', 'loss'] as const).toSorted((one, other) => count(other) - count(one))
  return usual !== undefined && count(usual) > 0 ? usual : null
}
