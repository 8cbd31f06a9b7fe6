import type { DemonstrationView } from '../messages.ts'
import { act } from './demonstration-action.ts'
import { showFailure } from './demonstration-result.ts'
import { byId, setAttribute, setText } from './dom.ts'
import { toPrintable } from './words.ts'

const panel = byId('demonstration', HTMLElement)
const addSensor = byId('add-sensor', HTMLButtonElement)
const addLoad = byId('add-load', HTMLButtonElement)
const underWay = byId('under-way', HTMLElement)

addSensor.addEventListener('click', () => act('add-sensor', null, addSensor))
addLoad.addEventListener('click', () => act('add-load', null, addLoad))

/** Buttons, where the fleet is one to play with. */
export function showDemonstration(view: DemonstrationView | null): void {
  panel.hidden = view === null
  if (view === null) return
  const { loadSecondsLeft, maySensorsBeAdded, failure } = view
  showFailure(failure)
  setAttribute(addSensor, 'aria-disabled', maySensorsBeAdded ? null : 'true')
  setAttribute(addLoad, 'aria-disabled', loadSecondsLeft === null ? null : 'true')
  const load = loadSecondsLeft === null ? [] : [`load is sent for ${loadSecondsLeft} s more`]
  const words = [...view.underWay, ...load]
  setText(underWay, words.length === 0 ? '' : `Under way: ${toPrintable(words.join('; '))}`)
}
