import { createSvg, setAttribute } from './dom.ts'
import type { SensorState } from './sensor-state.ts'

/** A shape of its own for each state: colour alone would say nothing to many. */
const shapes: Readonly<Record<SensorState, { readonly body: string; readonly mark: string }>> = {
  healthy: { body: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z', mark: 'M4.8 8.2 7.1 10.5 11.3 5.8' },
  degraded: { body: 'M8 .8 15.6 14.6H.4Z', mark: 'M8 5.6V10M8 11.6V12.8' },
  unhealthy: { body: 'M5 1H11L15 5V11L11 15H5L1 11V5Z', mark: 'M5.4 5.4 10.6 10.6M10.6 5.4 5.4 10.6' },
}

export interface HealthIcon {
  readonly element: Element
  readonly show: (state: SensorState) => void
}

/** Says nothing to a screen reader: a word always stands beside it. */
export function createHealthIcon(): HealthIcon {
  const body = createSvg('path', { class: 'icon-body' })
  const mark = createSvg('path', { class: 'icon-mark' })
  const element = createSvg('svg', { class: 'icon', viewBox: '0 0 16 16', 'aria-hidden': 'true' }, body, mark)
  return {
    element,
    show: (state) => {
      setAttribute(element, 'data-state', state)
      setAttribute(body, 'd', shapes[state].body)
      setAttribute(mark, 'd', shapes[state].mark)
    },
  }
}
