import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultFleet } from '../../infra/fleet.ts'
import { runIn } from '../../infra/local/command.ts'
import { withOptions } from '../../infra/local/local-fleet.ts'
import { type Observation, startObservation } from '../../infra/local/observation.ts'
import { type Region, startRegion } from '../../infra/local/region.ts'
import { sendRounds, waitUntilHealthy } from '../../infra/local/round.ts'
import { openPage, startBrowser, type WatchedPage } from '../support/browser.ts'

/** The page as a user of `npm start` has it: a real region behind it, and the browser on this side of the loopback. */
let region: Region
let observation: Observation
let browser: Browser
let watched: WatchedPage
let page: Page
const faults: string[] = []
const ended = new AbortController()
/** The page looks once a second, and the machine is shared. */
const lookSeconds = 20

beforeAll(async () => {
  const { sensors, ...rest } = withOptions(defaultFleet, { sensors: 2, sources: 2 })
  const fleet = { ...rest, sensors: { ...sensors, maximumCapacity: 3 } }
  region = await startRegion({ fleet, onProgress: () => undefined, onLost: (what) => faults.push(what) })
  observation = await region.whileUp(() =>
    startObservation({
      region,
      port: 0,
      onFault: (what) => faults.push(what),
      nowMilliseconds: Date.now,
      signal: ended.signal,
    }),
  )
  const { consoleUrl } = observation
  if (consoleUrl === null) throw new Error(`no console: ${faults.join('; ')}`)
  browser = await startBrowser()
  await waitUntilHealthy(region)
  watched = await openPage(browser, { origin: consoleUrl })
  page = watched.page
})
afterAll(async () => {
  ended.abort()
  await browser?.close()
  await region?.stop()
})

const sensor = (id: string, state: string) => page.locator(`[data-sensor="${id}"][data-state="${state}"]`)
const see = (id: string, state: string, seconds: number) =>
  sensor(id, state).waitFor({ state: 'visible', timeout: seconds * 1000 })

describe('the console of a running region', () => {
  it('shows every sensor healthy, and what they saw', async () => {
    await see('sensor-1', 'healthy', lookSeconds)
    await see('sensor-2', 'healthy', lookSeconds)
    await sendRounds(region, { http: 40, https: 5, dns: 5 }, 'seen')
    await page
      .getByText('/seen-source-2/40')
      .first()
      .waitFor({ timeout: lookSeconds * 1000 })
    await page
      .getByText('seen-source-1-1.dns.example.test')
      .first()
      .waitFor({ timeout: lookSeconds * 1000 })
  })

  it('shows markup in a Host header as the text that it is', async () => {
    const [source] = region.plan.sources
    if (source === undefined) throw new Error('the region has no source')
    const hostile = '<img src=x onerror=alert(1)>'
    // The web server refuses it, and Suricata logs it as it came.
    const options = ['--disable', '--silent', '--noproxy', '*', '--max-time', '30', '--output', '/dev/null']
    await runIn(source.namespace, 'curl', [
      ...options,
      '--header',
      `Host: ${hostile}`,
      `http://${region.plan.webAddress}/`,
    ])
    await page
      .getByText(hostile)
      .first()
      .waitFor({ timeout: lookSeconds * 1000 })
    expect(await page.locator('img').count()).toBe(0)
  })

  it('finds the events of one source and one host', async () => {
    await page.getByLabel('Source or address').fill('source-1')
    await page.getByLabel('Host contains').fill('www.EXAMPLE')
    const rows = page.locator('#event-rows tr')
    await expect
      .poll(async () => await rows.filter({ hasNotText: 'source-1' }).count(), { timeout: lookSeconds * 1000 })
      .toBe(0)
    expect(await rows.count()).toBe(40)
    await page.getByRole('button', { name: 'Clear' }).click()
  })

  it('has a Prometheus behind it that scrapes every sensor', async () => {
    await expect
      .poll(async () => await (await fetch(`${observation.prometheusUrl}/api/v1/query?query=count(up==1)`)).text(), {
        timeout: lookSeconds * 1000,
      })
      .toContain('"2"')
    await page
      .getByText('Watchdog')
      .first()
      .waitFor({ timeout: lookSeconds * 1000 })
  })
})

describe('the buttons of the demonstration', () => {
  it('add a sensor, which comes into service', async () => {
    await page.getByRole('button', { name: /add (?:a )?sensor/i }).click()
    await see('sensor-3', 'healthy', 60)
  })

  it('stop a sensor, which turns red within its detection time, and start it again', async () => {
    const { healthCheck } = region.fleet.loadBalancer
    const detectionSeconds = healthCheck.unhealthyThreshold * healthCheck.intervalSeconds + healthCheck.timeoutSeconds
    await page.getByRole('button', { name: /stop sensor-2/i }).click()
    await see('sensor-2', 'unhealthy', detectionSeconds)
    // The load balancer has to notice as well: until then it sends there, and that is a loss at a named place.
    await sensor('sensor-2', 'unhealthy')
      .getByText('Target.FailedHealthChecks')
      .waitFor({ timeout: (detectionSeconds + lookSeconds) * 1000 })
    await page.getByRole('button', { name: /start sensor-2/i }).click()
    await see('sensor-2', 'healthy', 60)
  })

  it('add load, which the sensors see', async () => {
    await page.getByRole('button', { name: /add load/i }).click()
    const received = async () => (await region.loadBalancer.describe()).receivedPackets
    const before = await received()
    await expect.poll(received, { timeout: 60_000 }).toBeGreaterThan(before + 20_000)
    ended.abort()
  })
})

describe('all the while', () => {
  it('the browser complained of nothing and asked nobody else, and no part of the region failed', () => {
    const { complaints, strangers } = watched
    expect({ complaints, strangers, faults }).toEqual({ complaints: [], strangers: [], faults: [] })
  })
})
