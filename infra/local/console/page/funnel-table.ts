import type { FleetView } from '../messages.ts'
import { byId, create, KeyedList, type Row, setAttribute, setText } from './dom.ts'
import { type FunnelRow, toFunnelRows, toFunnelSentence } from './funnel-rows.ts'
import { notCounted, toPercent, toPrintable, toRate } from './words.ts'

const sentence = byId('funnel-sentence', HTMLElement)
const rows = new KeyedList(byId('funnel-rows', HTMLTableSectionElement), ({ place }: FunnelRow) => place, createRow)

export function showFunnel(view: FleetView, lossRatio: number | null): void {
  setText(sentence, toPrintable(toFunnelSentence(view, lossRatio)))
  rows.update(toFunnelRows(view.funnel))
}

function createRow({ title, meaning, isTrace }: FunnelRow): Row<FunnelRow> {
  const packets = create('td', 'number')
  const drops = create('td', 'number')
  const ratio = create('span', 'ratio')
  const dropsRate = create('span')
  drops.append(dropsRate, ratio)
  const passed = create('span', 'bar-passed')
  const dropped = create('span', 'bar-dropped')
  const bar = create('span', 'bar', passed, dropped)
  bar.setAttribute('aria-hidden', 'true')
  const head = create('th', '', create('span', 'place', toPrintable(title)))
  head.scope = 'row'
  if (isTrace) head.append(' ', create('span', 'tag', 'trace'))
  return {
    element: create(
      'tr',
      isTrace ? 'trace' : '',
      head,
      create('td', 'meaning', toPrintable(meaning)),
      packets,
      drops,
      create('td', 'bar-cell', bar),
    ),
    update: (row) => {
      showFigure(packets, row.packetsPerSecond)
      showFigure(dropsRate, row.dropsPerSecond)
      setText(ratio, row.ratio ? ` (${toPercent(row.ratio)})` : '')
      setAttribute(drops, 'data-loss', String((row.dropsPerSecond ?? 0) > 0 && !row.isTrace))
      setAttribute(bar, 'data-counted', String(row.packetsPerSecond !== null))
      passed.style.width = `${row.passedShare * 100}%`
      dropped.style.width = `${row.droppedShare * 100}%`
      dropped.hidden = row.droppedShare === 0
    },
  }
}

function showFigure(cell: HTMLElement, perSecond: number | null): void {
  setText(cell, toRate(perSecond, notCounted))
  cell.classList.toggle('not-counted', perSecond === null)
}
