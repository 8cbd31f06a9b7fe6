import type { FleetView } from '../messages.ts'
import { byId, setAttribute, setText, setTextOrHide } from './dom.ts'
import type { Freshness } from './freshness.ts'
import { toHeadline } from './headline.ts'
import { createHealthIcon } from './health-icon.ts'
import { toClock, toPrintable } from './words.ts'

const title = byId('fleet-name', HTMLElement)
const region = byId('region', HTMLElement)
const headline = byId('headline', HTMLElement)
const headlineWords = byId('headline-words', HTMLElement)
const connection = byId('connection', HTMLElement)
const connectionWords = byId('connection-words', HTMLElement)
const updated = byId('updated', HTMLTimeElement)
const banner = byId('banner', HTMLElement)
const faults = byId('faults', HTMLElement)
const icon = createHealthIcon()
headline.prepend(icon.element)

export function showHeader(view: FleetView, lossRatio: number | null): void {
  const { level, sentence } = toHeadline(view, lossRatio)
  const fleet = toPrintable(view.fleet)
  setText(title, fleet)
  setText(region, toPrintable(view.region))
  setText(headlineWords, toPrintable(sentence))
  setAttribute(headline, 'data-state', level)
  icon.show(level)
  const mark = { healthy: '', degraded: '▲ ', unhealthy: '✕ ' }[level]
  if (document.title !== `${mark}${fleet}`) document.title = `${mark}${fleet}`
  setText(updated, toClock(view.atMilliseconds))
  updated.dateTime = new Date(view.atMilliseconds).toISOString()
  setTextOrHide(faults, view.faults.length === 0 ? null : `Not read: ${toPrintable(view.faults.join('; '))}`)
}

/** Data that is not new must look old: the whole page turns grey and says since when. */
export function showFreshness({ state, words, warning }: Freshness): void {
  setAttribute(document.body, 'data-connection', state)
  setAttribute(connection, 'data-connection', state)
  setText(connectionWords, words)
  setTextOrHide(banner, warning)
}
