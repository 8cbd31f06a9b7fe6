import type { FleetView } from '../messages.ts'
import { byId } from './dom.ts'
import { type SensorState, toSensorState, toSensorWord } from './sensor-state.ts'
import { toPrintable } from './words.ts'

const region = byId('announcements', HTMLElement)

/** Says it to a screen reader when it gets to it. Only for what changed: never every second. */
export function announce(sentence: string): void {
  region.textContent = toPrintable(sentence)
}

let states: ReadonlyMap<string, SensorState> | null = null
let firing: ReadonlySet<string> = new Set()

/** Says which sensors and alerts are not what they were. The first view is no change. */
export function announceChanges({ sensors, alerts }: FleetView): void {
  const before = states
  const firingBefore = firing
  states = new Map(sensors.map((sensor) => [sensor.id, toSensorState(sensor)]))
  firing = new Set(alerts.isRead ? alerts.firing.map(({ name }) => name) : [...firingBefore])
  if (before === null) return
  const changed = sensors.filter((sensor) => before.get(sensor.id) !== toSensorState(sensor))
  const sentences = [
    ...changed.map((sensor) => `${sensor.id} is ${toSensorWord(sensor)}.`),
    ...[...before.keys()].filter((id) => !states?.has(id)).map((id) => `${id} left.`),
    ...[...firing].filter((name) => !firingBefore.has(name)).map((name) => `Alert ${name} fires.`),
  ]
  if (sentences.length > 0) announce(sentences.join(' '))
}
