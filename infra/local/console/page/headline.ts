import type { FleetView, SensorView } from '../messages.ts'
import { type SensorState, toSensorState, toSensorWord } from './sensor-state.ts'
import { toCount, toList, toPercent } from './words.ts'

export interface Headline {
  readonly level: SensorState
  readonly sentence: string
}

interface Remark {
  readonly level: SensorState
  readonly words: string
}

const worstFirst: readonly SensorState[] = ['unhealthy', 'degraded', 'healthy']
/** More names would push the loss out of sight. */
const mostNames = 3

/** The fleet in one sentence, what is worst first. @param lossRatio of the newest second of the charts, 0..1 */
export function toHeadline(view: FleetView, lossRatio: number | null): Headline {
  const remarks = [
    ...toBalancerRemarks(view),
    ...toSensorRemarks(view.sensors),
    toLossRemark(view, lossRatio),
    ...toAlertRemarks(view),
    ...(view.faults.length === 0
      ? []
      : [remark('degraded', `${toCount(view.faults.length, 'thing')} could not be read`)]),
  ]
  const level = worstFirst.find((one) => remarks.some((said) => said.level === one)) ?? 'healthy'
  return { level, sentence: remarks.map(({ words }) => words).join(' · ') }
}

const remark = (level: SensorState, words: string): Remark => ({ level, words })

const toBalancerRemarks = ({ loadBalancer }: FleetView): Remark[] =>
  loadBalancer?.isFailOpen ? [remark('unhealthy', 'FAIL-OPEN: no sensor is healthy, all get traffic')] : []

function toSensorRemarks(sensors: readonly SensorView[]): Remark[] {
  if (sensors.length === 0) return [remark('unhealthy', 'no sensors')]
  const of = (state: SensorState) => sensors.filter((sensor) => toSensorState(sensor) === state)
  const healthy = of('healthy').length
  const named = [...of('unhealthy'), ...of('degraded')]
  if (named.length === 0) return [remark('healthy', `${toCount(healthy, 'sensor')} healthy`)]
  const names = named.slice(0, mostNames).map((sensor) => `${sensor.id} ${toSensorWord(sensor)}`)
  const rest = named.length - names.length
  const level = of('unhealthy').length > 0 ? 'unhealthy' : 'degraded'
  return [
    remark(level, toList(rest > 0 ? [...names, `${rest} more`] : names)),
    remark('healthy', `${healthy} of ${toCount(sensors.length, 'sensor')} healthy`),
  ]
}

function toLossRemark({ windowSeconds }: FleetView, lossRatio: number | null): Remark {
  const window = `in the last ${windowSeconds} s`
  if (lossRatio === null) return remark('degraded', `loss ${window} unknown`)
  if (lossRatio === 0) return remark('healthy', `nothing lost ${window}`)
  return remark('degraded', `${toPercent(lossRatio)} lost ${window}`)
}

function toAlertRemarks({ alerts }: FleetView): Remark[] {
  if (!alerts.isRead && alerts.isAsked === false) return []
  if (!alerts.isRead || !alerts.isWatched) return [remark('degraded', 'alerting does not work')]
  if (alerts.firing.length === 0) return []
  const isCritical = alerts.firing.some(({ severity }) => severity === 'critical')
  return [remark(isCritical ? 'unhealthy' : 'degraded', `${toCount(alerts.firing.length, 'alert')} firing`)]
}
