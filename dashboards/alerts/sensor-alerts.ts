import { defaultLimits } from '../../healthcheck/limits.ts'
import { everySensor, lossPlaces, scraped } from '../queries.ts'
import { recorded } from '../recording-rules.ts'
import { type Alert, onSensor } from './alert.ts'

/** The capture has the reasons drops-elevated and drops-critical; an ENA allowance an alert that says what to buy. */
const otherPlaces = lossPlaces.filter((place) => place !== 'af-packet' && place !== 'ena-allowance')
const { criticalLossRatio, elevatedLossRatio } = defaultLimits

/** What a sensor cannot find about itself, or only over a longer time than its own window. */
export const sensorAlerts: readonly Alert[] = [
  {
    name: 'sensor-unreachable',
    severity: 'critical',
    expr: `${scraped()} == 0`,
    holdMinutes: 2,
    summary: `${onSensor}: its agent does not answer`,
    description: 'Prometheus cannot read the sensor’s metrics, so nothing else here can fire for it.',
  },
  {
    name: 'loss',
    severity: 'warning',
    expr: `${recorded('lossByPlace', '', { place: otherPlaces })} > ${criticalLossRatio}`,
    holdMinutes: 5,
    summary: `${onSensor}: {{ $value | humanizePercentage }} of packets lost at {{ $labels.place }}`,
    description: 'More than one packet in a hundred is lost or spoiled at a place other than the ring.',
  },
  {
    name: 'loss-upstream',
    severity: 'warning',
    expr: `${recorded('lossByPlace', '', { place: 'stream-gap' })} > ${elevatedLossRatio} unless on (fleet, zone, sensor) ${recorded('captureLoss')} > 0`,
    holdMinutes: 10,
    summary: `${onSensor}: TCP streams have gaps, and this sensor drops nothing`,
    description: 'Packets are missing before they reach the sensor: mirror skips, the load balancer, or a filter.',
  },
  {
    name: 'ena-allowance',
    severity: 'warning',
    expr: `${recorded('lossByPlace', '', { place: 'ena-allowance' })} > 0`,
    holdMinutes: 5,
    summary: `${onSensor}: the instance exceeds an allowance`,
    description: 'The instance’s bandwidth, packet or connection allowance shapes mirrored traffic before Suricata.',
  },
  {
    name: 'saturation-ahead',
    severity: 'warning',
    // Below 60 % a rise is noise: half an hour of a straight line through it says little about the hour to come.
    expr: `${recorded('secondsToFull')} < 3600 and ${everySensor('workerBusyRatioMax')} > 0.6`,
    holdMinutes: 10,
    summary: `${onSensor}: its busiest worker is full in {{ $value | humanizeDuration }}`,
    description: 'The busiest capture worker has no headroom within an hour if its load goes on rising.',
  },
  {
    name: 'worker-imbalance',
    severity: 'warning',
    expr: `${everySensor('workerImbalanceRatio')} > 0.5 and ${everySensor('workerBusyRatioMax')} > 0.6`,
    holdMinutes: 15,
    summary: `${onSensor}: one worker carries the load of all`,
    description: 'Packets are spread so unevenly that the busiest worker is loaded while others idle.',
  },
  {
    name: 'engine-restarts',
    severity: 'warning',
    expr: `increase(${everySensor('engineRestarts')}[1h]) > 2`,
    holdMinutes: 0,
    summary: `${onSensor}: Suricata was replaced {{ printf "%.0f" $value }} times within an hour`,
    description: 'Suricata keeps ending or hanging; the agent replaces it, and each time seconds go uninspected.',
  },
  {
    name: 'rules-old',
    severity: 'warning',
    expr: `time() - ${everySensor('rulesLoadedTimestamp')} > 7 * 86400`,
    holdMinutes: 30,
    summary: `${onSensor}: its rules were loaded {{ $value | humanizeDuration }} ago`,
    description: 'No rules have been loaded for a week: what was published since is not detected.',
  },
  {
    name: 'rules-failed',
    severity: 'warning',
    expr: `${everySensor('rulesFailed')} > 0`,
    holdMinutes: 5,
    summary: `${onSensor}: {{ $value | humanize }} rules did not load`,
    description: 'Suricata loaded its rules without these; what they describe is not detected.',
  },
  {
    name: 'disk-filling',
    severity: 'warning',
    // The long hold leaves rotation its time: files that come and go make no trend of half an hour.
    expr: `${recorded('secondsToDiskFull')} < 4 * 3600`,
    holdMinutes: 30,
    summary: `${onSensor}: its log disk is full in {{ $value | humanizeDuration }}`,
    description: 'The file system of the logs is full within four hours if it goes on filling.',
  },
]
