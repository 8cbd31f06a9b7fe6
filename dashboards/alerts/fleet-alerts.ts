import { defaultFleetLimits } from '../../healthcheck/fleet/fleet-limits.ts'
import { everySensor } from '../queries.ts'
import { fleetMaximumName, recorded } from '../recording-rules.ts'
import { type Alert, onFleet } from './alert.ts'

const { imbalancePackets, imbalanceRatio, inServiceRatio } = defaultFleetLimits

/** What no sensor can know of itself. */
export const fleetAlerts: readonly Alert[] = [
  {
    name: 'fail-open',
    severity: 'critical',
    // A sensor that does not answer the scrape is not ready either, and has no series to say so.
    expr: `(${recorded('fleetReady')} or 0 * ${recorded('fleetSensors')}) == 0`,
    holdMinutes: 1,
    summary: `${onFleet}: no sensor is ready`,
    description: 'No sensor is ready, so the load balancer sends to all of them regardless of health.',
  },
  {
    name: 'fleet-short',
    severity: 'warning',
    expr: `(${recorded('fleetReady')} or 0 * ${recorded('fleetSensors')}) / ${recorded('fleetSensors')} < ${inServiceRatio}`,
    holdMinutes: 5,
    summary: `${onFleet}: only {{ $value | humanizePercentage }} of the sensors are ready`,
    description: 'Fewer than half of the sensors are ready: each carries more than twice its share.',
  },
  {
    name: 'fleet-no-traffic',
    severity: 'critical',
    expr: `min by (fleet) (${everySensor('findings', { reason: 'no-traffic' })}) == 1`,
    holdMinutes: 1,
    summary: `${onFleet}: no sensor gets mirrored packets`,
    description: 'Nothing is mirrored to the fleet: a session, a filter, a route or a security group has changed.',
  },
  {
    name: 'fleet-imbalance',
    severity: 'warning',
    expr: `${recorded('fleetImbalance')} > ${imbalanceRatio} and ${recorded('fleetCapturePackets')} > ${imbalancePackets}`,
    holdMinutes: 15,
    summary: `${onFleet}: its busiest sensor gets {{ $value | humanize }} times the mean`,
    description: 'The load balancer spreads flows so unevenly that more sensors would not help.',
  },
  {
    name: 'fleet-at-max',
    severity: 'warning',
    expr: `${recorded('fleetSensors')} >= on (fleet) ${fleetMaximumName}`,
    holdMinutes: 15,
    summary: `${onFleet}: all {{ $value | humanize }} sensors that it may have are there`,
    description: 'Auto Scaling has nothing left to add when load rises further.',
  },
  {
    // Alertmanager set-ups look for this very name, so it keeps its capital.
    name: 'Watchdog',
    severity: 'none',
    expr: 'vector(1)',
    holdMinutes: 0,
    summary: 'Prometheus evaluates the rules of mirror-fleet',
    description: 'Always fires. Send it to a dead man’s switch: when it stops, no other alert can be trusted to fire.',
  },
]
