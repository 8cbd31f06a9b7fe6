import type uPlot from 'uplot'
import type { Palette } from './palette.ts'
import { toLossTop, toTimeSpan } from './series.ts'
import { toClock, toCompact } from './words.ts'

const height = 190
const font = '12px system-ui, sans-serif'
/** Loss is drawn in proportion below it, by its powers of ten above: a loss of one in a hundred thousand shows. */
const linearPercent = 0.001
const lossSplits = [0, 0.01, 0.1, 1, 10, 100]

type OnHover = (index: number | null) => void

const toTimeRange = (_chart: uPlot, oldest: number, newest: number): [number, number] => toTimeSpan(oldest, newest)

const toTimeAxis = (palette: Palette): uPlot.Axis => ({
  stroke: palette.ink,
  font,
  grid: { show: false },
  ticks: { stroke: palette.grid, size: 4 },
  size: 26,
  space: 70,
  values: (_chart, splits) => splits.map((seconds) => toClock(seconds * 1000).slice(0, 5)),
  incrs: [60, 120, 300, 900],
})

const toAxis = (palette: Palette): uPlot.Axis => ({
  stroke: palette.ink,
  font,
  size: 56,
  grid: { stroke: palette.grid, width: 1 },
  ticks: { show: false },
})

const toCommon = (
  onHover: OnHover,
  width: number,
): Pick<uPlot.Options, 'width' | 'height' | 'legend' | 'cursor' | 'hooks'> => ({
  width,
  height,
  legend: { show: false },
  cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 }, sync: { key: 'fleet' } },
  hooks: { setCursor: [(chart) => onHover(chart.cursor.idx ?? null)] },
})

export const toRateOptions = (
  ids: readonly string[],
  palette: Palette,
  onHover: OnHover,
  width: number,
): uPlot.Options => ({
  ...toCommon(onHover, width),
  scales: { x: { range: toTimeRange }, y: { range: (_chart, _least, most) => [0, Math.max(10, (most ?? 0) * 1.1)] } },
  axes: [toTimeAxis(palette), { ...toAxis(palette), values: (_chart, splits) => splits.map(toCompact) }],
  series: [
    {},
    { stroke: palette.mirrored, width: 1, fill: palette.grid, points: { show: false } },
    ...ids.map((_, index) => {
      const { colour, dash } = palette.toSeries(index)
      return { stroke: colour, width: 1.75, dash: [...dash], points: { show: false } }
    }),
  ],
})

export const toLossOptions = (palette: Palette, onHover: OnHover, width: number): uPlot.Options => ({
  ...toCommon(onHover, width),
  scales: {
    x: { range: toTimeRange },
    y: { distr: 4, asinh: linearPercent, range: (chart) => [0, toLossTop(chart.data[1] ?? [])] },
  },
  axes: [
    toTimeAxis(palette),
    {
      ...toAxis(palette),
      splits: (_chart, _axis, _least, most) => lossSplits.filter((split) => split <= most),
      values: (_chart, splits) => splits.map((percent) => `${percent} %`),
      filter: (_chart, splits) => splits,
    },
  ],
  series: [{}, { stroke: palette.loss, width: 1.75, fill: `${palette.loss}22`, points: { show: false } }],
})
