import type { DemonstrationView, SensorView } from '../messages.ts'
import { act } from './demonstration-action.ts'
import { create, type Row, setAttribute, setText, setTextOrHide } from './dom.ts'
import { createHealthIcon } from './health-icon.ts'
import { toDisagreement, toOwnWords, toSensorLoss, toSensorState, toSensorWord, toTargetWords } from './sensor-state.ts'
import { toPercent, toPrintable, toRate } from './words.ts'

export interface SensorCardView extends SensorView {
  readonly demonstration: DemonstrationView | null
}

/** A sensor: its state by colour, shape and word, its rates, what either side says of it, and its button. */
export function createSensorCard({ id }: SensorCardView): Row<SensorCardView> {
  const icon = createHealthIcon()
  const parts = {
    word: create('strong', 'word'),
    zone: create('span', 'zone'),
    rate: create('span', 'figure'),
    loss: create('span', 'drops'),
    own: create('span', 'own'),
    target: create('span', 'target'),
    disagreement: create('p', 'disagreement'),
    button: createButton(id),
  }
  const name = create('bdi', 'name', toPrintable(id))
  const rate = create('span', 'rate', parts.rate, create('span', 'unit', ' packets/s'))
  const element = create(
    'li',
    'card sensor',
    create('p', 'card-line', icon.element, name, ' ', parts.word, ' ', parts.zone, ' ', rate),
    create('p', 'card-line says', parts.own, parts.target, parts.loss),
    parts.disagreement,
    parts.button.element,
  )
  element.dataset.sensor = id
  return {
    element,
    update: (sensor) => {
      const state = toSensorState(sensor)
      setAttribute(element, 'data-state', state)
      icon.show(state)
      showWords(parts, sensor)
      parts.button.update(sensor)
    },
  }
}

type Words = Readonly<Record<'word' | 'zone' | 'rate' | 'loss' | 'own' | 'target' | 'disagreement', HTMLElement>>

function showWords(parts: Words, sensor: SensorCardView): void {
  const target = toTargetWords(sensor)
  const isLosing = (sensor.dropsPerSecond ?? 0) > 0
  setText(parts.word, toSensorWord(sensor))
  setText(parts.zone, toPrintable(sensor.zone))
  setText(parts.rate, toRate(sensor.packetsPerSecond))
  setText(parts.loss, toLossWords(sensor))
  setAttribute(parts.loss, 'data-loss', String(isLosing))
  setText(parts.own, `Sensor: ${toPrintable(toOwnWords(sensor))}`)
  setTextOrHide(parts.target, target === null ? null : `Load balancer: ${toPrintable(target)}`)
  setTextOrHide(parts.disagreement, toDisagreement(sensor))
}

const toLossWords = (sensor: SensorCardView): string => {
  const { dropsPerSecond } = sensor
  if (dropsPerSecond === null) return 'drops unknown'
  if (dropsPerSecond === 0) return 'no drops'
  return `${toRate(dropsPerSecond)} dropped/s, ${toPercent(toSensorLoss(sensor))}`
}

function createButton(id: string): Row<SensorCardView> & { readonly element: HTMLButtonElement } {
  const element = create('button', 'button small')
  element.type = 'button'
  let isStopped = false
  element.addEventListener('click', () => act(isStopped ? 'start-sensor' : 'stop-sensor', id, element))
  return {
    element,
    update: (sensor) => {
      isStopped = sensor.isStopped
      element.hidden = sensor.demonstration === null
      const isUnderWay = sensor.demonstration?.underWay.some((words) => words.split(/\s/).includes(id)) ?? false
      // Not `disabled`, which would throw the focus away from whoever just pressed it.
      setAttribute(element, 'aria-disabled', isUnderWay ? 'true' : null)
      setText(element, `${isStopped ? 'Start' : 'Stop'} ${toPrintable(id)}`)
    },
  }
}
