import { type Browser, chromium, type Page } from 'playwright-core'

/** Debian's Chromium, kept from talking to anybody by itself. Root has no sandbox in it. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
      ...['--disable-sync', '--disable-domain-reliability', '--no-pings', '--disable-default-apps'],
      // Names lead nowhere: whatever is left would have to be an address.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  })

export interface WatchedPage {
  readonly page: Page
  /** Requests to another origin: they were refused. */
  readonly strangers: string[]
  /** What the page's console and its code complained of, violations of the policy included. */
  readonly complaints: string[]
}

export interface PageOptions {
  readonly origin: string
  readonly path?: string
  readonly width?: number
  readonly colorScheme?: 'light' | 'dark'
}

/** Opens a page that may talk to its origin only, and waits for the first reading. */
export async function openPage(
  browser: Browser,
  { origin, path = '/', width = 1440, colorScheme = 'light' }: PageOptions,
): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
  const strangers: string[] = []
  const complaints: string[] = []
  await page.route('**', (route) => {
    if (new URL(route.request().url()).origin === origin) return route.continue()
    strangers.push(route.request().url())
    return route.abort()
  })
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto(`${origin}${path}`)
  await page.waitForSelector('body[data-loaded]')
  return { page, strangers, complaints }
}
