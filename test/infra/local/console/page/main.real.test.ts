import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Console, startConsole } from '../../../../../infra/local/console/console.ts'
import type { PageFiles } from '../../../../../infra/local/console/page-file.ts'
import { readPageFiles } from '../../../../../infra/local/console/page-files.ts'
import { openPage, type PageOptions, startBrowser, type WatchedPage } from '../../../../support/browser.ts'
import { ScriptedSource } from '../../../../support/console-source.ts'
import { eveLine } from '../../../../support/eve-line.ts'
import {
  findColour,
  hasFocus,
  hide,
  listDimTexts,
  readConnections,
  readFirstPaint,
  readFocusOutline,
  readPosition,
  readScrollWidth,
  shortenDeadlines,
} from '../../../../support/page-probes.mjs'

const markup = '<img src=x onerror=alert(1)>'
const hostile = `${markup}<b>\u202Egnp.exe`
const secondSource = '10.0.1.11'
const lines = [
  eveLine.http(),
  eveLine.tls({ client: secondSource }),
  eveLine.http({ host: markup }),
  eveLine.dns(),
  eveLine.dnsAnswer(),
]

/** The fleet's time runs so much faster, so that a window of ten seconds is over in half a one and a chart has a line soon. */
const speed = 20
const beganAt = Date.now()
const nowMilliseconds = () => beganAt + (Date.now() - beganAt) * speed

let browser: Browser
let files: PageFiles
let source: ScriptedSource
let server: Console | null = null
let faults: string[] = []
let opened: WatchedPage[] = []
beforeAll(async () => {
  ;[browser, files] = await Promise.all([startBrowser(), readPageFiles()])
})
afterAll(() => browser.close())
beforeEach(() => {
  source = new ScriptedSource(nowMilliseconds)
  source.push(...lines)
})
afterEach(async () => {
  const strangers = opened.flatMap((watched) => watched.strangers)
  await Promise.all(opened.map(({ page }) => page.close()))
  await server?.stop()
  const told = faults
  ;[opened, server, faults] = [[], null, []]
  expect([...strangers, ...told]).toEqual([])
})

async function listen(port = 0): Promise<Console> {
  const onFault = (sentence: string) => void faults.push(sentence)
  server = await startConsole({ source, port, page: files, nowMilliseconds: Date.now, onFault })
  return server
}

/** Also starts the server, with the source as the test has set it. */
async function open(options: Omit<PageOptions, 'origin'> = {}): Promise<WatchedPage> {
  const { url: origin } = server ?? (await listen())
  const watched = await openPage(browser, { origin, ...options })
  opened.push(watched)
  return watched
}

const until = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 })
const hosts = (page: Page) => page.locator('#event-rows td:nth-child(7)').allTextContents()
const shows = (page: Page, count: number) => until(() => page.locator('#event-rows tr').count()).toBe(count)

const pixelsOf = async (page: Page, chart: string, property: string) =>
  (await page.evaluate(findColour, { chart, property })).pixels
const lossTop = async (page: Page) =>
  (await page.evaluate(findColour, { chart: '#loss-chart', property: '--loss' })).top
/** By the fleet's clock. */
const readingOf = async (page: Page) => Date.parse((await page.getAttribute('#updated', 'datetime')) ?? '')

const sensors = {
  first: { id: 'sensor-1', packets: 900, drops: 0 },
  second: { id: 'sensor-2', packets: 700, drops: 80 },
}

describe('page of the console, in a browser', () => {
  it('paints, and complains of nothing', async () => {
    const { page, complaints } = await open()
    await shows(page, 4)
    await until(() => page.evaluate(readFirstPaint)).toBeGreaterThan(0)
    await until(() => page.textContent('#headline')).toContain('2 sensors healthy · nothing lost in the last 10 s')
    expect(complaints).toEqual([])
  })

  it('draws each series in its colour, and new data anew', async () => {
    source.sensors = [sensors.first, { ...sensors.second, packets: 500, drops: 0 }]
    const { page } = await open()
    const draws = async () => {
      await until(() => pixelsOf(page, '#rate-chart', '--series-1')).toBeGreaterThan(50)
      await until(() => pixelsOf(page, '#rate-chart', '--series-2')).toBeGreaterThan(50)
    }
    await draws()
    await until(() => pixelsOf(page, '#loss-chart', '--loss')).toBeGreaterThan(50)
    expect(await lossTop(page)).toBeGreaterThan(0.7)
    source.sensors = [sensors.first, sensors.second]
    await until(() => lossTop(page)).toBeLessThan(0.5)
    await until(() => page.textContent('#rate-legend')).toContain('sensor-2 700')
    await page.emulateMedia({ colorScheme: 'dark' })
    await draws()
  })

  it.each([
    { status: 'silent', packets: null, drops: null },
    { status: 'unhealthy' },
    { targetState: 'unhealthy' },
  ] as const)('turns a sensor red by %j, and says so', async (given) => {
    const { page } = await open()
    const card = page.locator('[data-sensor="sensor-2"]')
    expect(await card.getAttribute('data-state')).toBe('healthy')
    source.sensors = source.sensors.map((sensor) => (sensor.id === 'sensor-2' ? { ...sensor, ...given } : sensor))
    await until(() => card.getAttribute('data-state')).toBe('unhealthy')
    await until(() => page.textContent('#announcements')).toContain('sensor-2 is')
  })

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
    await page.fill('#filter-vni', 'host')
    await until(() => page.textContent('#complaint-vni')).toBe('vni: got "host", allowed is 0..16777215')
    expect(await page.getAttribute('#filter-vni', 'aria-invalid')).toBe('true')
  })

  it('stands still while it is paused', async () => {
    const { page } = await open()
    await shows(page, 4)
    await page.check('#pause')
    // Longer than the page waits between two looks at the events: one that was due when it was paused still comes.
    const passes = async () => {
      const reading = await readingOf(page)
      await until(() => readingOf(page)).toBeGreaterThan(reading + 1500 * speed)
    }
    await passes()
    source.push(eveLine.http())
    await passes()
    await shows(page, 4)
    await page.uncheck('#pause')
    await shows(page, 5)
  })

  it('shows the markup of a Host header as text, and makes no element of it', async () => {
    const { page, complaints } = await open()
    await shows(page, 4)
    const elements = () => page.locator('#event-rows *').count()
    const before = await elements()
    source.push(eveLine.http({ host: hostile }))
    await shows(page, 5)
    expect(await hosts(page)).toEqual([
      `${markup}<b>\\u202egnp.exe`,
      ...['updates.example', markup, 'api.example', 'shop.example'],
    ])
    // A row has the same elements whatever stands in it.
    expect(await elements()).toBe((before / 4) * 5)
    expect(await page.locator('main img, main b, main script').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('lets the keyboard alone filter, and press the buttons of the demonstration', async () => {
    source.refusals = { 'add-load': 'load is being sent already' }
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
    await until(() => source.begun).toEqual(['stop-sensor sensor-2'])
    await tabTo('#filter-host')
    await page.keyboard.type('api')
    await until(() => hosts(page)).toEqual(['api.example'])
  })

  it('says that the server is gone, and goes on where it left off when it is back', async () => {
    const { page } = await open()
    await until(() => pixelsOf(page, '#loss-chart', '--loss')).toBeGreaterThan(50)
    const port = Number(new URL(page.url()).port)
    await server?.stop()
    await until(() => page.isVisible('#banner')).toBe(true)
    expect(await page.getAttribute('body', 'data-connection')).toBe('reconnecting')
    expect(await page.textContent('#banner')).toContain('does not answer')
    source.sensors = [sensors.first, { ...sensors.second, status: 'unhealthy' }]
    source.push(eveLine.http({ host: 'new.example', time: '2026-11-26T11:15:00.000000+0000' }))
    await listen(port)
    await until(() => page.getAttribute('body', 'data-connection')).toBe('live')
    expect(await page.isVisible('#banner')).toBe(false)
    await until(() => page.textContent('#announcements')).toBe('Live again. sensor-2 is unhealthy.')
    await until(() => page.textContent('#rate-legend')).toContain('sensor-2 700')
    await until(() => pixelsOf(page, '#rate-chart', '--series-2')).toBeGreaterThan(50)
    await until(() => lossTop(page)).toBeLessThan(0.5)
    await until(() => hosts(page)).toEqual(['new.example'])
  })

  it('leaves a connection to a tab that is shown, however many are hidden', async () => {
    const { url } = await listen()
    const context = await browser.newContext()
    try {
      for (let tabs = 0; tabs < 7; tabs++) {
        const page = await context.newPage()
        await page.goto(url)
        await page.waitForSelector('body[data-loaded]')
        await page.evaluate(hide, true)
      }
    } finally {
      await context.close()
    }
  })

  it('goes on when it is shown again, and does not call that an outage', async () => {
    const { page } = await open()
    await page.evaluate(hide, true)
    const reading = await readingOf(page)
    source.sensors = [sensors.first, { ...sensors.second, status: 'unhealthy' }]
    const connections = page.evaluate(readConnections)
    await page.evaluate(hide, false)
    expect(await connections).toEqual(['connecting', 'live'])
    await until(() => readingOf(page)).toBeGreaterThan(reading)
    await until(() => page.textContent('#announcements')).toBe('sensor-2 is unhealthy.')
    await until(() => page.textContent('#rate-legend')).toContain('sensor-2 700')
  })

  it('asks for the events again after an error or a silence of the server, without a new event', async () => {
    const { page } = await open()
    await shows(page, 4)
    await page.route('**/api/events?host=api', (route) => route.fulfill({ status: 500, body: 'tired' }))
    await page.fill('#filter-host', 'api')
    await until(() => page.textContent('#complaint')).toBe('tired')
    await page.unroute('**/api/events?host=api')
    await until(() => hosts(page)).toEqual(['api.example'])
    expect(await page.isVisible('#complaint')).toBe(false)
    await page.evaluate(shortenDeadlines, 500)
    await page.route('**/api/events?host=shop', () => {}, { times: 1 })
    await page.fill('#filter-host', 'shop')
    await until(() => hosts(page)).toEqual(['shop.example'])
  })

  it('says that the server did not answer a press of a button in time', async () => {
    const { page } = await open()
    await page.evaluate(shortenDeadlines, 500)
    await page.route('**/api/demonstration/*', () => {})
    await page.click('#add-load')
    const words = 'The console’s server did not answer within 10 s: it may have begun or not.'
    await until(() => page.textContent('#demonstration-result')).toBe(words)
    await until(() => page.textContent('#announcements')).toBe(words)
  })

  it('shows why an action of the demonstration failed, and says it once', async () => {
    const { page } = await open()
    const result = page.locator('#demonstration-result')
    source.demonstrationView = { ...source.demonstrationView, failure: 'adding a sensor: no address is left' }
    const words = 'Failed: adding a sensor: no address is left'
    await until(() => result.textContent()).toBe(words)
    expect(await result.getAttribute('data-state')).toBe('degraded')
    await until(() => page.textContent('#announcements')).toBe(words)
    source.sensors = [sensors.first, { ...sensors.second, status: 'unhealthy' }]
    await until(() => page.textContent('#announcements')).toBe('sensor-2 is unhealthy.')
    expect(await result.textContent()).toBe(words)
    source.demonstrationView = { ...source.demonstrationView, failure: null }
    await until(() => result.textContent()).toBe('')
  })

  it('says what an alert says, and keeps its card while a value in its summary changes', async () => {
    const { page } = await open()
    const alert = { name: 'SensorDrops', severity: 'warning', description: '', sinceMilliseconds: nowMilliseconds() }
    const fire = (summary: string) => {
      source.alerts = { isRead: true, isWatched: true, firing: [{ ...alert, summary }] }
    }
    fire('sensor-1 drops 3 %')
    await until(() => page.textContent('#announcements')).toBe('Alert SensorDrops fires: sensor-1 drops 3 %.')
    const card = await page.waitForSelector('.alert')
    fire('sensor-1 drops 4 %')
    await until(() => page.textContent('.alert .summary')).toBe('sensor-1 drops 4 %')
    expect(await card.isVisible()).toBe(true)
    source.loadBalancer = { received: 150, noTarget: 0, isFailOpen: true }
    await until(() => page.textContent('#announcements')).toBe('Fail-open: no target is healthy, so all get traffic.')
  })

  it('clears the filter without an end of the pause', async () => {
    const { page } = await open({ path: '/?host=api' })
    await shows(page, 1)
    await page.check('#pause')
    await page.click('#clear')
    await shows(page, 4)
    expect([await page.isChecked('#pause'), new URL(page.url()).search]).toEqual([true, ''])
  })

  it('is not covered by its header where it is magnified to 400 %', async () => {
    const { page } = await open({ width: 1280 })
    expect(await page.evaluate(readPosition, '.top')).toBe('sticky')
    await page.setViewportSize({ width: 320, height: 256 })
    expect(await page.evaluate(readPosition, '.top')).toBe('static')
    expect(await page.evaluate(readScrollWidth)).toBe(320)
  })

  it.each([
    [360, 'light'],
    [360, 'dark'],
    [1440, 'light'],
    [1440, 'dark'],
  ] as const)('fits %d px in %s, its text readable', async (width, colorScheme) => {
    source.sensors = [...source.sensors, { id: 'sensor-3', status: 'silent', packets: null, drops: null }]
    const { page } = await open({ width, colorScheme })
    await shows(page, 4)
    expect(await page.evaluate(readScrollWidth)).toBe(width)
    expect(await page.evaluate(listDimTexts, 4.5)).toEqual([])
  })

  it('has no button where it is read-only, and copes with what is not seen from here', async () => {
    Object.assign(source, { demonstration: null, readEve: null, mirrors: null, loadBalancer: null })
    const { page, complaints } = await open()
    expect(await page.locator('button:visible').count()).toBe(0)
    expect(await page.isVisible('#events-absent')).toBe(true)
    expect(await page.textContent('#sources-absent')).toContain('Not seen from here')
    expect(complaints).toEqual([])
  })
})
