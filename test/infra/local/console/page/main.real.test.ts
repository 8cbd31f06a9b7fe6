import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AuditEvent, FleetView } from '../../../../../infra/local/console/messages.ts'
import { openPage, type PageOptions, startBrowser, type WatchedPage } from '../../../../support/browser.ts'
import { fleetView, sensorView } from '../../../../support/console-view.ts'
import {
  countPixels,
  hasFocus,
  listDimTexts,
  readFirstPaint,
  readFocusOutline,
  readScrollWidth,
} from '../../../../support/page-probes.mjs'
import { ScriptedConsole } from '../../../../support/scripted-console.ts'

const hostile = '<img src=x onerror=alert(1)><b>\u202Egnp.exe'
const auditEvent = (number: number, given: Partial<AuditEvent> = {}): AuditEvent => ({
  ...{ number, time: '2026-11-26T08:00:00.000000+0000', sensor: 'sensor-1', protocol: 'http', source: 'source-1' },
  ...{ client: '10.0.1.10:40000', server: '192.0.2.1:80', vni: 7, host: 'shop.example', detail: 'GET / 200' },
  ...given,
})
const events = [
  auditEvent(1),
  auditEvent(2, { protocol: 'tls', host: 'api.example', source: 'source-2', vni: 8, detail: 'TLS 1.3' }),
  auditEvent(3, { host: hostile }),
  auditEvent(4, { protocol: 'dns', host: 'updates.example', detail: 'A' }),
]
const fleet: FleetView = fleetView({
  sources: [{ name: 'source-1', zone: 'zone-a', mirroredPerSecond: 100, skippedPerSecond: 0 }],
  loadBalancer: { receivedPerSecond: 100, forwardedPerSecond: 100, noTargetPerSecond: 0, isFailOpen: false },
  sensors: [sensorView(), sensorView({ id: 'sensor-2', packetsPerSecond: 50 })],
  demonstration: { loadSecondsLeft: null, underWay: [], maySensorsBeAdded: true },
  events: 0,
})

let browser: Browser
let server: ScriptedConsole
let opened: WatchedPage[] = []
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())
beforeEach(async () => {
  server = await ScriptedConsole.start(fleet)
  server.events = events
})
afterEach(async () => {
  const strangers = opened.flatMap((watched) => watched.strangers)
  await Promise.all(opened.map(({ page }) => page.close()))
  opened = []
  await server.close()
  expect(strangers).toEqual([])
})

async function open(options: Omit<PageOptions, 'origin'> = {}): Promise<WatchedPage> {
  const watched = await openPage(browser, { origin: server.origin, ...options })
  opened.push(watched)
  return watched
}

const until = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 })
const hosts = (page: Page) => page.locator('#event-rows td:nth-child(7)').allTextContents()
const shows = (page: Page, count: number) => until(() => page.locator('#event-rows tr').count()).toBe(count)

const pixelsOf = (page: Page, chart: string, property: string) => page.evaluate(countPixels, { chart, property })

describe('page of the console, in a browser', () => {
  it('paints, and complains of nothing', async () => {
    const { page, complaints } = await open()
    await shows(page, 4)
    await until(() => page.evaluate(readFirstPaint)).toBeGreaterThan(0)
    await until(() => page.textContent('#headline')).toContain('2 sensors healthy · nothing lost in the last 10 s')
    expect(complaints).toEqual([])
  })

  it('draws each series in its colour, and new data anew', async () => {
    server.point = { packetsPerSecond: { 'sensor-1': 900, 'sensor-2': 500 } }
    const { page } = await open()
    const draws = async () => {
      await until(() => pixelsOf(page, '#rate-chart', '--series-1')).toBeGreaterThan(50)
      await until(() => pixelsOf(page, '#rate-chart', '--series-2')).toBeGreaterThan(50)
    }
    await draws()
    await until(() => pixelsOf(page, '#loss-chart', '--loss')).toBeGreaterThan(50)
    const before = await pixelsOf(page, '#loss-chart', '--loss')
    server.point = { packetsPerSecond: { 'sensor-1': 900, 'sensor-2': 700 }, lossRatio: 0.05 }
    await until(() => pixelsOf(page, '#loss-chart', '--loss')).not.toBe(before)
    await until(() => page.textContent('#rate-legend')).toContain('sensor-2 700')
    await page.emulateMedia({ colorScheme: 'dark' })
    await draws()
  })

  it.each([{ status: 'silent' }, { status: 'unhealthy' }, { targetState: 'unhealthy' }] as const)(
    'turns a sensor red by %j, and says so',
    async (given) => {
      const { page } = await open()
      const card = page.locator('[data-sensor="sensor-2"]')
      expect(await card.getAttribute('data-state')).toBe('healthy')
      server.view = { ...fleet, sensors: [sensorView(), sensorView({ id: 'sensor-2', ...given })] }
      await until(() => card.getAttribute('data-state')).toBe('unhealthy')
      await until(() => page.textContent('#announcements')).toContain('sensor-2 is')
    },
  )

  it('shows what fits the filter, and keeps the filter in the address', async () => {
    const { page } = await open({ path: '/?protocol=tls' })
    await shows(page, 1)
    await page.selectOption('#filter-protocol', '')
    for (const [field, typed, expected] of [
      ['host', 'api', ['api.example']],
      ['source', 'source-2', ['api.example']],
      ['vni', '8', ['api.example']],
      ['host', 'updates', ['updates.example']],
    ] as const) {
      await page.fill(`#filter-${field}`, typed)
      await until(() => hosts(page)).toEqual(expected)
      expect(new URL(page.url()).searchParams.get(field)).toBe(typed)
      await page.fill(`#filter-${field}`, '')
      await shows(page, 4)
    }
    await page.fill('#filter-vni', 'abc')
    await until(() => page.textContent('#complaint-vni')).toBe('vni is "abc", allowed is a whole number')
    expect(await page.getAttribute('#filter-vni', 'aria-invalid')).toBe('true')
  })

  it('stands still while it is paused', async () => {
    const { page } = await open()
    await shows(page, 4)
    await page.check('#pause')
    server.events = [...events, auditEvent(5)]
    const reading = await page.getAttribute('#updated', 'datetime')
    await until(async () => Date.parse((await page.getAttribute('#updated', 'datetime')) ?? '')).toBeGreaterThan(
      Date.parse(reading ?? '') + 1500,
    )
    await shows(page, 4)
    await page.uncheck('#pause')
    await shows(page, 5)
  })

  it('shows hostile text as text', async () => {
    const { page, complaints } = await open()
    await until(() => hosts(page)).toContain('<img src=x onerror=alert(1)><b>\\u202egnp.exe')
    expect(await page.locator('main img, main b').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('lets the keyboard alone filter, and press the buttons of the demonstration', async () => {
    const { page } = await open()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(hasFocus, '.skip')).toBe(true)
    const tabTo = async (selector: string) => {
      for (let presses = 0; presses < 40; presses++) {
        if (await page.evaluate(hasFocus, selector)) return
        await page.keyboard.press('Tab')
      }
      throw new Error(`40 presses of Tab do not reach ${selector}`)
    }
    await tabTo('#add-load')
    expect(await page.evaluate(readFocusOutline)).toBe('solid')
    await page.keyboard.press('Enter')
    await until(() => page.textContent('#demonstration-result')).toBe('Not now: load is being sent already')
    await tabTo('[data-sensor="sensor-2"] button')
    await page.keyboard.press('Space')
    await until(() => server.posted).toContain('/api/demonstration/stop-sensor {"sensor":"sensor-2"}')
    await tabTo('#filter-host')
    await page.keyboard.type('api')
    await until(() => hosts(page)).toEqual(['api.example'])
  })

  it('says that the server is gone, and goes on when it is back', async () => {
    const { page } = await open()
    await server.close()
    await until(() => page.isVisible('#banner')).toBe(true)
    expect(await page.getAttribute('body', 'data-connection')).toBe('reconnecting')
    expect(await page.textContent('#banner')).toContain('does not answer')
    await server.listen()
    await until(() => page.getAttribute('body', 'data-connection')).toBe('live')
    expect(await page.isVisible('#banner')).toBe(false)
  })

  it.each([
    [360, 'light'],
    [360, 'dark'],
    [1440, 'light'],
    [1440, 'dark'],
  ] as const)('fits %d px in %s, its text readable', async (width, colorScheme) => {
    server.view = { ...fleet, sensors: [...fleet.sensors, sensorView({ id: 'sensor-3', status: 'silent' })] }
    const { page } = await open({ width, colorScheme })
    await shows(page, 4)
    expect(await page.evaluate(readScrollWidth)).toBe(width)
    expect(await page.evaluate(listDimTexts, 4.5)).toEqual([])
  })

  it('has no button where it is read-only, and copes with what is not seen from here', async () => {
    server.view = { ...fleet, demonstration: null, sources: null, loadBalancer: null, events: null }
    const { page, complaints } = await open()
    expect(await page.locator('button:visible').count()).toBe(0)
    expect(await page.isVisible('#events-absent')).toBe(true)
    expect(await page.textContent('#sources-absent')).toContain('Not seen from here')
    expect(complaints).toEqual([])
  })
})
