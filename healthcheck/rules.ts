import type { CaptureWindow, Limits } from './capture.ts'
import { isFigure } from './figure.ts'
import { lossRatio } from './loss-ratio.ts'

/** One opinion. `measure` gives the figure, or null where it is unknown or says nothing in this window. */
export interface Rule {
  readonly reason: string
  /** `unhealthy` only for what is broken. Busy is `degraded`: load balancers fail open, so leaving service would only move the load. */
  readonly status: 'degraded' | 'unhealthy'
  /** One sentence for an operator. */
  readonly meaning: string
  readonly measure: (window: CaptureWindow, limits: Limits) => number | null
  readonly limit: (limits: Limits) => number
  /** Which side of the limit is a finding. The limit itself never is. */
  readonly crosses: 'above' | 'below'
  /** The reason that, when found, makes this one its mere consequence: it is then not reported. */
  readonly explainedBy?: string
}

/**
 * The whole policy; row order is report order.
 *
 * An engine that is down answers no socket, moves no counter and has no rules. All those rows would say one thing many
 * times and hide what matters, so `suricata-down` explains them. Loss, busy workers and full memcaps are not explained:
 * they happened while the engine still ran, and may be why it died. `drops-critical` does not explain `drops-elevated`:
 * an alert on the lower limit must not resolve because things got worse.
 */
export const rules = [
  {
    reason: 'suricata-down',
    status: 'unhealthy',
    meaning: 'Suricata is not running, or has not been ready since it started.',
    measure: (window) => (window.suricataUp ? 0 : 1),
    limit: () => 0,
    crosses: 'above',
  },
  {
    reason: 'suricata-silent',
    status: 'unhealthy',
    meaning: 'The command socket has not answered for longer than its limit.',
    measure: (window) => window.socketSilentSeconds,
    limit: (limits) => limits.socketSilentSeconds,
    crosses: 'above',
    explainedBy: 'suricata-down',
  },
  {
    reason: 'suricata-wedged',
    status: 'unhealthy',
    meaning: 'A worker stands still, or all of them do while the socket is silent and the interface receives packets.',
    measure: (window) => window.engineStandstillSeconds,
    limit: (limits) => limits.engineStandstillSeconds,
    crosses: 'above',
    explainedBy: 'suricata-down',
  },
  {
    reason: 'capture-blind',
    status: 'unhealthy',
    meaning: 'Suricata captures nothing while the interface receives packets.',
    measure: (window) => window.captureStandstillSeconds,
    limit: (limits) => limits.captureStandstillSeconds,
    crosses: 'above',
    explainedBy: 'suricata-down',
  },
  {
    reason: 'draining',
    status: 'unhealthy',
    meaning: 'The sensor is leaving service on purpose and must get no new traffic.',
    measure: (window) => (window.draining ? 1 : 0),
    limit: () => 0,
    crosses: 'above',
  },
  {
    reason: 'no-traffic',
    status: 'degraded',
    meaning:
      'No mirrored packet has arrived for longer than the limit: look at sessions, filters and the load balancer.',
    measure: (window) => window.receiveSilenceSeconds,
    limit: (limits) => limits.receiveSilenceSeconds,
    crosses: 'above',
    // Silence is what a drain waits for.
    explainedBy: 'draining',
  },
  {
    reason: 'drops-elevated',
    status: 'degraded',
    meaning: 'AF_PACKET loses more packets than the elevated limit: some flows have gaps.',
    measure: loss,
    limit: (limits) => limits.elevatedLossRatio,
    crosses: 'above',
  },
  {
    reason: 'drops-critical',
    status: 'degraded',
    meaning: 'AF_PACKET loses more packets than the critical limit: detection is no longer reliable, add capacity.',
    measure: loss,
    limit: (limits) => limits.criticalLossRatio,
    crosses: 'above',
  },
  {
    reason: 'worker-saturated',
    status: 'degraded',
    meaning: 'The busiest capture worker has no headroom left for a burst.',
    measure: (window) => window.workerBusyRatioMax,
    limit: (limits) => limits.workerBusyRatio,
    crosses: 'above',
  },
  {
    reason: 'memcap-pressure',
    status: 'degraded',
    meaning: 'One of Suricata’s memory caps is nearly full; beyond it flows and streams are forgotten.',
    measure: (window) => window.memcapPressureRatio,
    limit: (limits) => limits.memcapPressureRatio,
    crosses: 'above',
  },
  {
    reason: 'counters-stale',
    status: 'degraded',
    meaning: 'Suricata’s counters are older than the limit, so every figure made from them describes the past.',
    measure: (window) => window.countersAgeSeconds,
    limit: (limits) => limits.countersAgeSeconds,
    crosses: 'above',
    explainedBy: 'suricata-down',
  },
  {
    reason: 'rules-missing',
    status: 'degraded',
    meaning: 'Suricata has loaded fewer rules than the limit: it logs but detects nothing.',
    measure: (window) => window.rulesLoaded,
    limit: (limits) => limits.rulesLoaded,
    crosses: 'below',
    explainedBy: 'suricata-down',
  },
  {
    reason: 'rules-rejected',
    status: 'degraded',
    meaning: 'Rule files were refused; the last good set stays in force.',
    measure: (window) => window.rulesRejected,
    limit: () => 0,
    crosses: 'above',
  },
  {
    reason: 'disk-low',
    status: 'degraded',
    meaning: 'The file system that holds the logs is nearly full.',
    measure: (window) => window.diskFreeRatio,
    limit: (limits) => limits.diskFreeRatio,
    crosses: 'below',
  },
  {
    reason: 'source-failed',
    status: 'degraded',
    meaning: 'Some figures could not be read or are impossible, so the limits on them are not being watched.',
    measure: (window, limits) => window.failedSources.length + impossibleFigures(window, limits),
    limit: () => 0,
    crosses: 'above',
  },
] as const satisfies readonly Rule[]

function loss({ capturePackets, captureDrops }: CaptureWindow): number | null {
  return capturePackets === null || captureDrops === null ? null : lossRatio(capturePackets, captureDrops)
}

/**
 * Figures that no working source gives, a window of no length, and limits that are NaN. They are treated like a failed
 * source (degraded), not like a broken engine: a fault of our own reading must not take a whole fleet out of service.
 */
function impossibleFigures(window: CaptureWindow, limits: Limits): number {
  const figures: readonly unknown[] = Object.values(window)
  const impossible = figures.filter((figure) => typeof figure === 'number' && !isFigure(figure)).length
  const unusable = Object.values(limits).filter((limit) => Number.isNaN(limit)).length
  return impossible + unusable + (window.windowSeconds === 0 ? 1 : 0)
}
