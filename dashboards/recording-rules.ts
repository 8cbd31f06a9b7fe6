import { everySensor, perSecond, scraped, sumBy, toSelector } from './queries.ts'

/** Named level:metric:operations, as Prometheus recommends. */
export type RecordingRule = {
  readonly record: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
}

const window = '5m'
const rate = (selector: string): string => perSecond(selector, window)

/** No packets and no drops are no loss, as in healthcheck/loss-ratio.ts; hence the floor of the divisor. */
const ratio = (part: string, whole: string): string => `clamp_max(${part} / clamp_min(${whole}, 1e-9), 1)`

/** In an order in which each may use those before it. */
export const recordingRules = {
  /** By place; over a window, for a share since boot hides an hour of loss. */
  lostPackets: { record: 'sensor:lost_packets:rate5m', expr: rate(everySensor('lostPackets')) },
  receivedPackets: {
    record: 'sensor:interface_received_packets:rate5m',
    expr: rate(everySensor('interfaceReceivedPackets')),
  },
  /** By place, of the packets that reached the interface. */
  lossByPlace: {
    record: 'sensor:lost_packets:ratio_rate5m',
    expr: 'sensor:lost_packets:rate5m / ignoring (place) group_left () clamp_min(sensor:interface_received_packets:rate5m, 1)',
  },
  captureLoss: {
    record: 'sensor:capture_loss:ratio_rate5m',
    expr: ratio(rate(everySensor('captureDrops')), rate(everySensor('capturePackets'))),
  },
  /** Seconds until the busiest worker is full if it goes on as in the last half hour; absent while it does not rise. */
  secondsToFull: {
    record: 'sensor:worker_busy:seconds_to_full',
    expr: `clamp_min(1 - ${everySensor('workerBusyRatioMax')}, 0) / (deriv(${everySensor('workerBusyRatioMax')}[30m]) > 0)`,
  },
  /** Seconds until the disk of the logs is full if it goes on as in the last hour; absent while it does not fill. */
  secondsToDiskFull: {
    record: 'sensor:disk_free:seconds_to_full',
    expr: `${everySensor('diskFreeBytes')} / (-deriv(${everySensor('diskFreeBytes')}[1h]) > 0)`,
  },
  fleetLostPackets: {
    record: 'fleet:lost_packets:rate5m',
    expr: sumBy(['fleet', 'place'], 'sensor:lost_packets:rate5m'),
  },
  fleetReceivedPackets: {
    record: 'fleet:interface_received_packets:rate5m',
    expr: sumBy(['fleet'], 'sensor:interface_received_packets:rate5m'),
  },
  fleetCaptureLoss: {
    record: 'fleet:capture_loss:ratio_rate5m',
    expr: ratio(
      sumBy(['fleet'], rate(everySensor('captureDrops'))),
      sumBy(['fleet'], rate(everySensor('capturePackets'))),
    ),
  },
  /** Packets of the busiest sensor over the mean; 1 is even. Of captured packets: the interface has health checks too. */
  fleetImbalance: {
    record: 'fleet:capture_packets:imbalance_rate5m',
    expr: `max by (fleet) (${rate(everySensor('capturePackets'))}) / (avg by (fleet) (${rate(everySensor('capturePackets'))}) > 0)`,
  },
  fleetCapturePackets: {
    record: 'fleet:capture_packets:increase5m',
    expr: sumBy(['fleet'], `increase(${everySensor('capturePackets')}[${window}])`),
  },
  fleetSensors: { record: 'fleet:sensors:count', expr: `count by (fleet) (${scraped()})` },
  fleetReady: { record: 'fleet:sensors_ready:count', expr: sumBy(['fleet'], everySensor('ready')) },
} as const satisfies Record<string, RecordingRule>
export type RecordingRuleKey = keyof typeof recordingRules

/** A recorded series within a scope, as `selectorsIn` does for exported ones. */
export const recorded = (
  key: RecordingRuleKey,
  scope = '',
  match: Readonly<Record<string, string | readonly string[]>> = {},
) => toSelector(recordingRules[key].record, scope, match)

/** How many sensors Auto Scaling may have: no sensor knows it, so it is written down when the rules are rendered. */
export const fleetMaximum = (fleet: string, maximumCapacity: number): RecordingRule => ({
  record: fleetMaximumName,
  expr: `vector(${maximumCapacity})`,
  labels: { fleet },
})
export const fleetMaximumName = 'fleet:sensors:maximum'
