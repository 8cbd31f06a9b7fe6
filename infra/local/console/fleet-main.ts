import { toFault } from '../../../healthcheck/fleet/aws-call.ts'
import { makeClients, readRegion } from '../../../healthcheck/fleet/clients.ts'
import { toAwsSource } from './aws-source.ts'
import { startConsole } from './console.ts'
import { type ConsoleOptions, parseConsoleOptions, usage } from './console-options.ts'
import { readPageFiles } from './page-files.ts'
import type { ConsoleSource } from './source.ts'

const say = (text: string): void => void process.stderr.write(`${text}\n`)
const print = (text: string): void => void process.stdout.write(`${text}\n`)

/** `npm run fleet -- console`: the console of a fleet on AWS. */
async function main(args: readonly string[]): Promise<number> {
  const parsed = parseConsoleOptions(args)
  if (!parsed.ok) {
    say(parsed.complaints.join('\n'))
    say('see: npm run fleet -- console --help')
    return 2
  }
  if (parsed.options.help) {
    print(usage)
    return 0
  }
  try {
    await serveUntilStopped(parsed.options, listenForEnd())
    return 0
  } catch (error) {
    say(toFault(error))
    say('what it needs (region, credentials, a free port): npm run fleet -- console --help')
    return 1
  }
}

async function serveUntilStopped(options: ConsoleOptions, stopped: AbortSignal): Promise<void> {
  const clients = makeClients({ region: options.region, deadlineSeconds: options.intervalSeconds })
  const region = await readRegion(clients)
  const source = toAwsSource({ ...options, clients, region, nowMilliseconds: Date.now, signal: stopped })
  const served = await startConsole({
    source: tellingFaults(source, say),
    port: options.listenPort,
    nowMilliseconds: Date.now,
    page: await readPageFiles(),
    onFault: say,
  })
  print(options.json ? JSON.stringify({ url: served.url }) : `console of ${options.fleet} in ${region}: ${served.url}`)
  if (!options.json) print('read-only; Ctrl-C ends it')
  if (!stopped.aborted) await new Promise((resolve) => stopped.addEventListener('abort', resolve, { once: true }))
  await served.stop()
}

/** Whoever started it may not have the page open yet. Tells of faults as they come and go, not every two seconds. */
function tellingFaults(source: ConsoleSource, tell: (text: string) => void): ConsoleSource {
  let before = ''
  const read = async () => {
    const reading = await source.read()
    const now = reading.faults.join('\n')
    if (now !== before) tell(now === '' ? 'everything can be read again' : now)
    before = now
    return reading
  }
  return { ...source, read }
}

function listenForEnd(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
  // The terminal is gone: nobody is told of anything any more.
  process.stdout.on('error', () => stop.abort())
  process.stderr.on('error', () => undefined)
  return stop.signal
}

const [command, ...args] = process.argv.slice(2)
// Not exitCode: a pause of the SDK's between two attempts would keep the process alive.
if (command === 'console') process.exit(await main(args))
// A program: it reads the arguments itself and sets the exit code.
else await import('../../../healthcheck/fleet/main.ts')
