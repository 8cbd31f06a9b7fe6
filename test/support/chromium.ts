import type { LaunchOptions } from 'playwright-core'

/** Debian's Chromium, with everything off by which it would speak to its makers. Root has no sandbox in it. */
export const chromiumOptions: LaunchOptions = {
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    ...['--disable-background-networking', '--disable-component-update', '--disable-domain-reliability'],
    ...[
      '--disable-sync',
      '--no-first-run',
      '--no-pings',
      '--disable-default-apps',
      '--disable-client-side-phishing-detection',
    ],
    // Names lead nowhere: whatever is left would have to be an address.
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  ],
}
