import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeFleet, type FleetDescription } from '../fleet.ts'
import { judgeLocalFleet, withOptions } from './local-fleet.ts'
import { startObservation } from './observation.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { type Region, readSensors } from './region.ts'
import { print, runInRegion, say, toMessage } from './region-session.ts'
import {
  observeRound,
  readBaseline,
  roundSize,
  sendRounds,
  toWords,
  waitUntilHealthy,
  waitUntilReady,
} from './round.ts'
import { toLiveText, toSummaryText } from './screen.ts'
import { toProgramPath } from './set-up.mjs'

/** `npm start`: options → fleet description → region → traffic → what the sensors saw. */
function misuse(complaints: readonly string[]): never {
  say(complaints.join('\n'))
  say('see: npm start -- --help')
  process.exit(2)
}

/** The fleet to bring up: the file's or the default, with the counts of the command line. */
async function readFleet(options: Options): Promise<FleetDescription> {
  const described = options.fleetFile === null ? {} : await readFleetFile(options.fleetFile)
  const decoded = decodeFleet(described)
  if (!decoded.ok) misuse(decoded.complaints)
  const fleet = withOptions(decoded.fleet, options)
  const complaints = judgeLocalFleet(fleet)
  if (complaints.length > 0) misuse(complaints)
  return fleet
}

async function readFleetFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    return misuse([`--fleet: ${path} cannot be read as JSON: ${error instanceof Error ? error.message : error}`])
  }
}

async function runOnce(region: Region, options: Options, seconds: () => number, stopped: AbortSignal): Promise<number> {
  await waitUntilHealthy(region, stopped)
  say('every sensor is healthy; sending HTTP, HTTPS and DNS from every source')
  const baseline = await readBaseline(region)
  const sent = await sendRounds(region, roundSize, 'once')
  const summary = await observeRound(region, sent, baseline, seconds)
  print(options.json ? JSON.stringify(summary) : toSummaryText(summary))
  return summary.ok ? 0 : 1
}

const livelySize = { http: 10, https: 4, dns: 4 } as const
const livelySeconds = 2

/** Rounds of traffic and a look at the sensors, until `stopped`. A round that fails is told of, and the next one follows. */
async function runUntilStopped(region: Region, { port }: Options, stopped: AbortSignal): Promise<number> {
  const observe = () => startObservation({ region, port, onFault: say, nowMilliseconds: Date.now, signal: stopped })
  try {
    const { consoleUrl, prometheusUrl } = await region.whileUp(observe)
    print(`${consoleUrl === null ? '' : `console: ${consoleUrl}   `}Prometheus: ${prometheusUrl}`)
  } catch (error) {
    // The fleet needs nobody who looks on.
    if (!stopped.aborted) say(`neither Prometheus nor a console: ${toMessage(error)}`)
  }
  const ready = await waitUntilReady(region, stopped)
  print(`fleet is up: logs and configuration in ${region.folder}; Ctrl-C takes it down`)
  print(ready.map(toWords).join('\n'))
  print(`another terminal: tail -f ${region.folder}/sensor-1/log/http.log`)
  for (let round = 1; !stopped.aborted; round++) {
    try {
      await sendRounds(region, livelySize, `round-${round}`)
      print(`\n${new Date().toISOString()} round ${round}\n${toLiveText(await readSensors(region))}`)
    } catch (error) {
      if (!stopped.aborted) say(`round ${round} failed: ${toMessage(error)}`)
    }
    await sleep(livelySeconds * 1000, undefined, { signal: stopped })
  }
  return 0
}

async function main(): Promise<number> {
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000
  const parsed = parseOptions(process.argv.slice(2))
  if (!parsed.ok) misuse(parsed.complaints)
  const { options } = parsed
  if (options.help) {
    print(usage)
    return 0
  }
  const fleet = await readFleet(options)
  return await runInRegion({
    fleet,
    interruptedCode: options.once ? 1 : 0,
    work: (region, stopped) =>
      options.once ? runOnce(region, options, seconds, stopped) : runUntilStopped(region, options, stopped),
  })
}

// nft, sysctl and others are in sbin folders, which a user's PATH on Debian lacks, also behind sudo.
process.env.PATH = toProgramPath(process.env.PATH)
// Not exitCode: while Node unwinds by itself, one more Ctrl-C would end it with another code.
process.exit(await main())
