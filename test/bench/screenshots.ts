import { mkdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { defaultFleet } from '../../infra/fleet.ts'
import { waitUntil } from '../../infra/local/condition.ts'
import { type Observation, startObservation } from '../../infra/local/observation.ts'
import type { Region } from '../../infra/local/region.ts'
import { runInRegion, say } from '../../infra/local/region-session.ts'
import { sendRounds, waitUntilHealthy } from '../../infra/local/round.ts'
import { toProgramPath } from '../../infra/local/set-up.mjs'
import { startBrowser } from '../support/browser.ts'
import { panelQueries, toFilled } from '../support/panel-queries.ts'

/**
 * The pictures of the README, of a region that runs: the console while load is sent and a sensor has been stopped, on a desktop
 * and on a phone, and what Prometheus has for the panels. Run by hand, after a set-up: node test/bench/screenshots.ts
 */
const folder = fileURLToPath(new URL('results/screenshots/', import.meta.url))
/** So that the charts have something to show. */
const quietSeconds = 45

async function takeAll(region: Region, signal: AbortSignal): Promise<number> {
  const observe = () => startObservation({ region, port: 0, onFault: say, nowMilliseconds: Date.now, signal })
  const observation = await region.whileUp(observe)
  const { consoleUrl } = observation
  if (consoleUrl === null) return 1
  await waitUntilHealthy(region, signal)
  await mkdir(folder, { recursive: true })
  const browser = await startBrowser()
  try {
    const desktop = await open(browser, `${consoleUrl}/?source=source-`, {
      viewport: { width: 1280, height: 900 },
    })
    const phone = await open(browser, consoleUrl, {
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
    })
    const paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    say(`first contentful paint of the console: ${Math.round(Number(await desktop.evaluate(paint)))} ms`)
    await play(region, desktop, signal)
    await desktop.screenshot({ path: `${folder}console.png`, fullPage: true })
    await phone.screenshot({ path: `${folder}console-phone.png` })
    await takePanels(browser, observation)
    return 0
  } finally {
    await browser.close()
  }
}

async function open(browser: Browser, url: string, options: BrowserContextOptions) {
  const page = await browser.newPage(options)
  await page.goto(url)
  return page
}

/** Traffic all the while; then load; then a sensor is stopped, and the load balancer notices. */
async function play(region: Region, page: Page, signal: AbortSignal): Promise<void> {
  const until = async (seconds: number, isOver: () => Promise<boolean> = async () => false) => {
    const deadline = performance.now() + seconds * 1000
    while (performance.now() < deadline && !(await isOver())) {
      signal.throwIfAborted()
      await sendRounds(region, { http: 10, https: 4, dns: 4 }, `round-${rounds++}`)
      await sleep(1000, undefined, { signal })
    }
  }
  await until(quietSeconds)
  await page.getByRole('button', { name: /add load/i }).click()
  await until(15)
  await page.getByRole('button', { name: /stop sensor-2/i }).click()
  const red = page.locator('[data-sensor="sensor-2"]').getByText('Target.FailedHealthChecks')
  await until(60, () => red.isVisible())
}
let rounds = 1

/** Of the boards: one panel of rates, and the funnel. */
const titles = ['fleet: Captured packets by sensor', 'fleet: Busiest worker by sensor']

async function takePanels(browser: Browser, { prometheusUrl }: Observation): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1500 } })
  const queries = titles.map((title) => panelQueries.find(({ panel }) => panel === title)?.expr ?? title)
  const graphs = queries.map(
    (expr, n) => `g${n}.expr=${encodeURIComponent(toFilled(expr))}&g${n}.tab=0&g${n}.range_input=2m`,
  )
  await page.goto(`${prometheusUrl}/graph?${graphs.join('&')}`)
  await waitUntil({
    what: 'a graph for each panel',
    deadlineSeconds: 30,
    read: () => page.locator('.rickshaw_graph svg path').count(),
    isDone: (count) => count >= titles.length,
  })
  await page.screenshot({ path: `${folder}panels.png`, fullPage: true })
}

process.env.PATH = toProgramPath(process.env.PATH)
process.exit(await runInRegion({ fleet: defaultFleet, interruptedCode: 1, work: takeAll }))
