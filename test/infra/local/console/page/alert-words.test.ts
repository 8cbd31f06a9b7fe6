import { describe, expect, it } from 'vitest'
import type { FiringAlert } from '../../../../../infra/local/console/messages.ts'
import { toAlertOrder, toAlertsWords } from '../../../../../infra/local/console/page/alert-words.ts'

const alert = (name: string, severity: string, sinceMilliseconds = 0): FiringAlert => ({
  ...{ name, severity, summary: '', description: '', sinceMilliseconds },
})

describe('alerts on the page', () => {
  it('takes silence for good news only while the Watchdog fires', () => {
    expect(toAlertsWords({ isRead: true, isWatched: true, firing: [] })).toEqual({
      level: 'healthy',
      sentence: 'No alert fires; the Watchdog does, so alerting works.',
    })
    expect(toAlertsWords({ isRead: true, isWatched: false, firing: [] })).toMatchObject({ level: 'degraded' })
    expect(toAlertsWords({ isRead: false, fault: 'refused' }).sentence).toBe('Alerting does not work: refused')
    const unasked = toAlertsWords({ isRead: false, isAsked: false, fault: 'none given' })
    expect(unasked.sentence).toBe('Alerts are not shown: none given')
  })

  it('is as bad as the worst that fires', () => {
    const of = (...firing: FiringAlert[]) => toAlertsWords({ isRead: true, isWatched: true, firing })
    expect(of(alert('a', 'warning'))).toEqual({ level: 'degraded', sentence: '1 alert fires.' })
    expect(of(alert('a', 'warning'), alert('b', 'critical'))).toEqual({
      level: 'unhealthy',
      sentence: '2 alerts fire.',
    })
  })

  it('counts those too that are not listed', () => {
    const view = { isRead: true, isWatched: true, firing: [alert('a', 'warning')], unlisted: 400 } as const
    expect(toAlertsWords(view).sentence).toBe('401 alerts fire; listed are the worst 1.')
  })

  it('shows the worst first, then the newest', () => {
    const firing = [alert('old', 'warning', 1), alert('new', 'warning', 2), alert('worst', 'critical', 0)]
    expect(toAlertOrder(firing).map(({ name }) => name)).toEqual(['worst', 'new', 'old'])
  })
})
