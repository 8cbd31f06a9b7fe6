import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeAlerts } from '../../../../infra/local/console/alerts.ts'

const alert = (name: string, severity: string, minute: number, state = 'firing') => ({
  labels: { alertname: name, severity, sensor: 'sensor-1' },
  annotations: { summary: `${name} at sensor-1`, description: 'It means something.' },
  state,
  activeAt: `2026-11-26T08:${String(minute).padStart(2, '0')}:00.123456789Z`,
  value: '1e+00',
})
const answer = (...alerts: readonly object[]) => JSON.stringify({ status: 'success', data: { alerts } })

describe('decodeAlerts', () => {
  it('shows what fires, the worst first and of those the oldest, without the Watchdog', () => {
    const view = decodeAlerts(
      answer(
        alert('odd', 'page', 1),
        alert('loss', 'warning', 5),
        alert('blind', 'critical', 9),
        alert('wedged', 'critical', 7),
        alert('disk', 'warning', 2, 'pending'),
        alert('Watchdog', 'none', 0),
      ),
    )
    expect(view).toMatchObject({ isRead: true, isWatched: true })
    expect(view.isRead && view.firing.map(({ name }) => name)).toEqual(['wedged', 'blind', 'loss', 'odd'])
    expect(view.isRead && view.firing[0]).toEqual({
      name: 'wedged',
      severity: 'critical',
      summary: 'wedged at sensor-1',
      description: 'It means something.',
      sinceMilliseconds: Date.UTC(2026, 10, 26, 8, 7, 0, 123),
    })
  })

  it('says so when the Watchdog does not fire: then silence means nothing', () => {
    expect(decodeAlerts(answer())).toEqual({ isRead: true, isWatched: false, firing: [], unlisted: 0 })
    expect(decodeAlerts(answer(alert('Watchdog', 'none', 0, 'pending')))).toMatchObject({ isWatched: false })
  })

  it.each(['', 'not found', '{"status":"error"}', '[]', '{"status":"success","data":{"alerts":[{"labels":1}]}}'])(
    'does not take "%s" for an answer without alerts',
    (text) => {
      expect(decodeAlerts(text)).toMatchObject({ isRead: false })
    },
  )

  it('shows an alert whose texts or time are missing', () => {
    const bare = { labels: {}, annotations: {}, state: 'firing', activeAt: 'never' }
    const empty = { name: '', severity: 'none', summary: '', description: '', sinceMilliseconds: 0 }
    expect(decodeAlerts(answer(bare))).toMatchObject({ isRead: true, isWatched: false, firing: [empty] })
  })

  it('lists a hundred of very many, says how many it does not, and never loses the worst of them', () => {
    const many = Array.from({ length: 500 }, (_, n) => alert(`odd-${n}`, 'warning', n % 60))
    const view = decodeAlerts(answer(...many, alert('Watchdog', 'none', 0), alert('blind', 'critical', 59)))
    expect(view.isRead && [view.firing.length, view.firing[0]?.name, view.unlisted]).toEqual([100, 'blind', 401])
  })

  it('throws for nothing that may answer, and repeats little of it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ maxLength: 2000, size: 'max' })), fc.nat(400), (text, end) => {
        for (const given of [text, text.slice(0, end), answer().replace('[]', text)]) {
          const view = decodeAlerts(given)
          if (!view.isRead) expect(view.fault.length).toBeLessThan(200)
        }
      }),
    )
  })
})
