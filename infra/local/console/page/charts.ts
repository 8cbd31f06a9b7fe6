import uPlot from 'uplot'
import type { HistoryPoint } from '../messages.ts'
import { createLegend } from './chart-legend.ts'
import { toLossOptions, toRateOptions } from './chart-options.ts'
import { byId, setAttribute } from './dom.ts'
import { readPalette } from './palette.ts'
import { toLossColumns, toLossSummary, toRateColumns, toRateSummary, toSensorIds, withGaps } from './series.ts'
import { toPercent, toRate } from './words.ts'

const summaryMilliseconds = 10_000
const rateFrame = byId('rate-chart', HTMLElement)
const lossFrame = byId('loss-chart', HTMLElement)
const rateLegend = createLegend(byId('rate-legend', HTMLElement))
const lossLegend = createLegend(byId('loss-legend', HTMLElement))

let points: readonly HistoryPoint[] = []
let ids: readonly string[] = []
let rate: uPlot | null = null
let loss: uPlot | null = null
let summarizedAt = Number.NEGATIVE_INFINITY

/** Draws 15 minutes; builds the charts anew only when the sensors changed. */
export function showCharts(history: readonly HistoryPoint[]): void {
  points = withGaps(history)
  const nowIds = toSensorIds(history)
  if (rate === null || nowIds.join() !== ids.join()) {
    ids = nowIds
    build()
  } else {
    rate.setData(toRateColumns(points, ids))
    loss?.setData(toLossColumns(points))
  }
  showLegends(rate?.cursor.idx ?? null)
  summarize(history)
}

function build(): void {
  rate?.destroy()
  loss?.destroy()
  const palette = readPalette()
  const onHover = (index: number | null) => showLegends(index)
  rate = new uPlot(toRateOptions(ids, palette, onHover, rateFrame.clientWidth), toRateColumns(points, ids), rateFrame)
  loss = new uPlot(toLossOptions(palette, onHover, lossFrame.clientWidth), toLossColumns(points), lossFrame)
}

/** @param index of the point under the pointer; null: the newest */
function showLegends(index: number | null): void {
  const point = index === null ? points.at(-1) : points[index]
  const palette = readPalette()
  rateLegend.update([
    { name: 'mirrored', value: toRate(point?.mirroredPerSecond ?? null), colour: palette.mirrored, dash: [] },
    ...ids.map((id, i) => ({
      ...{ name: id, value: toRate(point?.packetsPerSecond[id] ?? null) },
      ...palette.toSeries(i),
    })),
  ])
  lossLegend.update([{ name: 'loss', value: toPercent(point?.lossRatio ?? null), colour: palette.loss, dash: [] }])
}

function summarize(history: readonly HistoryPoint[]): void {
  if (performance.now() - summarizedAt < summaryMilliseconds) return
  summarizedAt = performance.now()
  setAttribute(rateFrame, 'aria-label', toRateSummary(history, ids))
  setAttribute(lossFrame, 'aria-label', toLossSummary(history))
}

/** Follows the width of the page and its colour scheme. */
export function startCharts(): void {
  new ResizeObserver(() => {
    for (const [chart, frame] of [[rate, rateFrame] as const, [loss, lossFrame] as const]) {
      if (chart !== null && chart.width !== frame.clientWidth) {
        chart.setSize({ width: frame.clientWidth, height: chart.height })
      }
    }
  }).observe(rateFrame)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    if (rate === null) return
    build()
    showLegends(null)
  })
}
