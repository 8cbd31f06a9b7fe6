import { create, createSvg, KeyedList, type Row, setAttribute, setText } from './dom.ts'
import type { SeriesStyle } from './palette.ts'
import { toPrintable } from './words.ts'

export interface LegendEntry extends SeriesStyle {
  readonly name: string
  readonly value: string
}

/** Names, lines and values of a chart, as text. */
export const createLegend = (parent: HTMLElement): KeyedList<LegendEntry> =>
  new KeyedList(parent, ({ name }: LegendEntry) => name, createEntry)

function createEntry({ name }: LegendEntry): Row<LegendEntry> {
  const line = createSvg('path', { d: 'M0 5H18', 'stroke-width': '3' })
  const swatch = createSvg('svg', { class: 'swatch', viewBox: '0 0 18 10', 'aria-hidden': 'true' }, line)
  const value = create('span', 'figure')
  return {
    element: create('li', '', swatch, create('bdi', '', toPrintable(name)), ' ', value),
    update: (entry) => {
      setText(value, entry.value)
      setAttribute(line, 'stroke', entry.colour)
      setAttribute(line, 'stroke-dasharray', entry.dash.length === 0 ? null : entry.dash.join(' '))
    },
  }
}
