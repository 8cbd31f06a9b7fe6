import type { HistoryPoint, ViewMessage } from '../messages.ts'
import { showAlerts } from './alerts.ts'
import { announce, announceChanges } from './announcements.ts'
import { showCharts, startCharts } from './charts.ts'
import { showDemonstration } from './demonstration.ts'
import { showEvents, startEvents } from './events.ts'
import { redrawLinks, showFleetPicture } from './fleet-picture.ts'
import { type Contact, toFreshness } from './freshness.ts'
import { showFunnel } from './funnel-table.ts'
import { showFreshness, showHeader } from './header.ts'
import { withPoint } from './series.ts'
import { followStream } from './stream.ts'

const clockMilliseconds = 1000

let contact: Contact = {
  ...{ startedAt: Date.now(), isOpen: false, messageAt: null, newerAt: null, readingAt: null, windowSeconds: 10 },
}
let points: readonly HistoryPoint[] = []
/** Whether the last that was said of the contact is that it is lost. */
let isWarned = false

function show({ view, point }: ViewMessage): void {
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

/** A hidden page has no contact, and needs none. */
function showContact(): void {
  if (document.hidden) return
  const freshness = toFreshness(contact, Date.now())
  const { state, warning } = freshness
  const isLost = state === 'reconnecting' || state === 'stale'
  if (isLost && !isWarned) announce(warning)
  if (state === 'live' && isWarned) announce('Live again.')
  if (state !== 'connecting') isWarned = isLost
  showFreshness(freshness)
}

function onView(message: ViewMessage): void {
  const { atMilliseconds: readingAt, windowSeconds } = message.view
  const now = Date.now()
  const isNewer = readingAt !== contact.readingAt
  const newerAt = isNewer ? now : contact.newerAt
  contact = { ...contact, isOpen: true, messageAt: now, newerAt, readingAt, windowSeconds }
  points = withPoint(points, message.point)
  showContact()
  show(message)
}

startCharts()
startEvents()
followStream({
  onBegin: () => {
    contact = { ...contact, startedAt: Date.now() }
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
new ResizeObserver(redrawLinks).observe(document.body)
