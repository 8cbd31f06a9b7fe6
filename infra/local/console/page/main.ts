import type { HistoryPoint, ViewMessage } from '../messages.ts'
import { showAlerts } from './alerts.ts'
import { announce, announceChanges } from './announcements.ts'
import { showCharts, startCharts } from './charts.ts'
import { showDemonstration } from './demonstration.ts'
import { showEvents, startEvents } from './events.ts'
import { redrawLinks, showFleetPicture } from './fleet-picture.ts'
import { type Contact, type Freshness, toFreshness } from './freshness.ts'
import { showFunnel } from './funnel-table.ts'
import { showFreshness, showHeader } from './header.ts'
import { withPoint } from './series.ts'
import { followStream } from './stream.ts'

const clockMilliseconds = 1000

let contact: Contact = {
  ...{ startedAt: Date.now(), isOpen: false, messageAt: null, newerAt: null, readingAt: null, windowSeconds: 10 },
}
let points: readonly HistoryPoint[] = []
let latest: ViewMessage | null = null
let freshness: Freshness['state'] = 'connecting'

/** Nobody looks at a hidden tab: it remembers, and draws when it is shown again. */
function show(): void {
  if (latest === null || document.hidden) return
  const { view, point } = latest
  document.body.dataset.loaded = 'true'
  showHeader(view, point.lossRatio)
  showDemonstration(view.demonstration)
  showFleetPicture(view)
  showFunnel(view, point.lossRatio)
  showAlerts(view.alerts, view.atMilliseconds)
  showCharts(points)
  showEvents(view.events)
  announceChanges(view)
}

function showContact(): void {
  const now = toFreshness(contact, Date.now())
  if (freshness === 'live' && now.state !== 'live') announce(now.warning)
  if (freshness !== 'live' && freshness !== 'connecting' && now.state === 'live') announce('Live again.')
  freshness = now.state
  showFreshness(now)
}

function onView(message: ViewMessage): void {
  const { atMilliseconds: readingAt, windowSeconds } = message.view
  const now = Date.now()
  const isNewer = readingAt !== contact.readingAt
  const newerAt = isNewer ? now : contact.newerAt
  contact = { ...contact, isOpen: true, messageAt: now, newerAt, readingAt, windowSeconds }
  latest = message
  points = withPoint(points, message.point)
  show()
  showContact()
}

startCharts()
startEvents()
followStream({
  onOpen: () => {
    contact = { ...contact, isOpen: true }
    showContact()
  },
  onLost: () => {
    contact = { ...contact, isOpen: false }
    showContact()
  },
  onHistory: (history) => {
    points = history
  },
  onView,
})
setInterval(showContact, clockMilliseconds)
document.addEventListener('visibilitychange', () => {
  showContact()
  show()
})
new ResizeObserver(redrawLinks).observe(document.body)
