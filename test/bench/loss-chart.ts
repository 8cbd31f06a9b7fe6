import { median } from './figures.ts'

/** Loss against offered rate; one curve a configuration. */
export interface LossCurve {
  readonly name: string
  readonly points: readonly LossPoint[]
}

export interface LossPoint {
  readonly offeredPacketsPerSecond: number
  readonly lossRatio: number
}

/** Trials whose rates lie this close together are one point, the median of both. */
const binFactor = 1.08

/** One point for trials of about the same rate, by rate. Rates of 0 have no place on a logarithmic axis. */
export function toCurve(name: string, trials: readonly LossPoint[]): LossCurve {
  const bins = new Map<number, LossPoint[]>()
  for (const trial of trials) {
    if (!(trial.offeredPacketsPerSecond > 0)) continue
    const bin = Math.round(Math.log(trial.offeredPacketsPerSecond) / Math.log(binFactor))
    bins.set(bin, [...(bins.get(bin) ?? []), trial])
  }
  const points = [...bins.entries()]
    .sort(([one], [other]) => one - other)
    .map(([, bin]) => ({
      offeredPacketsPerSecond: median(bin.map(({ offeredPacketsPerSecond }) => offeredPacketsPerSecond)),
      lossRatio: median(bin.map(({ lossRatio }) => lossRatio)),
    }))
  return { name, points }
}

const [width, height] = [720, 400]
const plot = { left: 70, right: 700, top: 50, bottom: 340 } as const
/** Apart for the colour-blind as well (Okabe and Ito's palette), and marked by shape. */
const colours = ['#d55e00', '#0072b2', '#009e73', '#cc79a7']

/** The chart as a file of its own: no style sheet, no font and no script from elsewhere. */
export function toLossChart(title: string, curves: readonly LossCurve[]): string {
  const scale = toScale(curves)
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">`,
    `<title>${toText(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${plot.left}" y="28" font-size="15" font-weight="bold">${toText(title)}</text>`,
    ...toRateAxis(scale),
    ...toLossAxis(scale),
    ...curves.flatMap((curve, index) => toLine(curve, index, scale)),
    ...curves.map((curve, index) => toLegend(curve.name, index)),
    '</svg>',
  ].join('\n')}\n`
}

interface Scale {
  readonly x: (packetsPerSecond: number) => number
  readonly y: (lossRatio: number) => number
  readonly rates: readonly number[]
  readonly losses: readonly number[]
}

const ticks = [1, 2, 5].flatMap((digit) => [0, 1, 2, 3, 4, 5, 6, 7].map((power) => digit * 10 ** power))

/** Axes that hold all points, from one tick to another; something to look at also without any point. */
function toScale(curves: readonly LossCurve[]): Scale {
  const points = curves.flatMap(({ points }) => points)
  const rates = points.map(({ offeredPacketsPerSecond }) => offeredPacketsPerSecond)
  const sorted = ticks.toSorted((a, b) => a - b)
  const from = sorted.findLast((tick) => tick <= Math.min(...rates, 1e6)) ?? 1
  const to = sorted.find((tick) => tick >= Math.max(...rates, from + 1)) ?? 5e7
  const most = Math.max(0.1, Math.ceil(Math.max(0, ...points.map(({ lossRatio }) => lossRatio)) * 10) / 10)
  const share = (rate: number) => Math.log(rate / from) / Math.log(to / from)
  return {
    x: (rate) => round(plot.left + share(rate) * (plot.right - plot.left)),
    y: (loss) => round(plot.bottom - (loss / most) * (plot.bottom - plot.top)),
    rates: sorted.filter((tick) => tick >= from && tick <= to),
    losses: [0, 0.25, 0.5, 0.75, 1].map((part) => part * most),
  }
}

const round = (value: number): number => Math.round(value * 10) / 10

const toRateAxis = ({ x, rates }: Scale): string[] => [
  ...rates.flatMap((rate) => [
    `<line x1="${x(rate)}" x2="${x(rate)}" y1="${plot.top}" y2="${plot.bottom}" stroke="#e0e0e0"/>`,
    `<text x="${x(rate)}" y="${plot.bottom + 18}" text-anchor="middle">${toShortRate(rate)}</text>`,
  ]),
  `<text x="${(plot.left + plot.right) / 2}" y="${plot.bottom + 40}" text-anchor="middle">offered packets/s</text>`,
]

const toLossAxis = ({ y, losses }: Scale): string[] => [
  ...losses.flatMap((loss) => [
    `<line x1="${plot.left}" x2="${plot.right}" y1="${y(loss)}" y2="${y(loss)}" stroke="#e0e0e0"/>`,
    `<text x="${plot.left - 8}" y="${y(loss) + 4}" text-anchor="end">${round(loss * 100)} %</text>`,
  ]),
  `<text x="16" y="${plot.top - 8}">lost</text>`,
]

function toLine({ points }: LossCurve, index: number, { x, y }: Scale): string[] {
  const colour = toColour(index)
  const places = points.map((point) => [x(point.offeredPacketsPerSecond), y(point.lossRatio)] as const)
  const line = places.map(([left, top]) => `${left},${top}`).join(' ')
  return [
    `<polyline points="${line}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...places.map(([left, top]) => toMark(index, left, top)),
  ]
}

const toColour = (index: number): string => colours[index % colours.length] ?? '#000000'

function toMark(index: number, x: number, y: number): string {
  const fill = `fill="${toColour(index)}"`
  if (index % 3 === 0) return `<circle cx="${x}" cy="${y}" r="4" ${fill}/>`
  if (index % 3 === 1) return `<rect x="${round(x - 4)}" y="${round(y - 4)}" width="8" height="8" ${fill}/>`
  return `<path d="M${x} ${round(y - 5)}L${round(x + 5)} ${round(y + 4)}L${round(x - 5)} ${round(y + 4)}Z" ${fill}/>`
}

function toLegend(name: string, index: number): string {
  const [x, y] = [plot.left + 18, plot.top + 20 + index * 20]
  return `${toMark(index, x, y - 4)}<text x="${x + 12}" y="${y}">${toText(name)}</text>`
}

const toShortRate = (rate: number): string =>
  rate >= 1e6 ? `${rate / 1e6} M` : rate >= 1000 ? `${rate / 1000} k` : String(rate)

const toText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
