import type { AlertsView, FiringAlert } from '../messages.ts'
import { toAlertKey, toAlertOrder, toAlertsWords } from './alert-words.ts'
import { byId, create, KeyedList, type Row, setAttribute, setText, setTextOrHide } from './dom.ts'
import { createHealthIcon } from './health-icon.ts'
import { toClock, toDuration, toPrintable } from './words.ts'

interface Dated extends FiringAlert {
  readonly now: number
}

const line = byId('alerts-line', HTMLElement)
const words = byId('alerts-words', HTMLElement)
const icon = createHealthIcon()
line.prepend(icon.element)
const list = new KeyedList(byId('alerts', HTMLElement), (alert: Dated) => toAlertKey(alert), createAlert)

/** @param now by the server's clock */
export function showAlerts(view: AlertsView, now: number): void {
  const { level, sentence } = toAlertsWords(view)
  setText(words, toPrintable(sentence))
  setAttribute(line, 'data-state', level)
  icon.show(level)
  list.update(view.isRead ? toAlertOrder(view.firing).map((alert) => ({ ...alert, now })) : [])
}

function createAlert({ name, severity }: Dated): Row<Dated> {
  const since = create('span', 'since')
  const mark = createHealthIcon()
  mark.show(severity === 'critical' ? 'unhealthy' : 'degraded')
  const summary = create('bdi')
  const description = create('p', 'description')
  const element = create(
    'li',
    'alert',
    create(
      'p',
      'card-line',
      mark.element,
      create('strong', 'word', toPrintable(severity)),
      ' ',
      create('bdi', 'name', toPrintable(name)),
      ' ',
      since,
    ),
    create('p', 'summary', summary),
    description,
  )
  element.dataset.state = severity === 'critical' ? 'unhealthy' : 'degraded'
  return {
    element,
    update: (alert) => {
      const { sinceMilliseconds: began, now } = alert
      setText(since, `since ${toClock(began)} (${toDuration(now - began)})`)
      setText(summary, toPrintable(alert.summary))
      setTextOrHide(description, toPrintable(alert.description))
    },
  }
}
