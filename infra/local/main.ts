import { readFile } from 'node:fs/promises'
import { decodeFleet, type FleetDescription } from '../fleet.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { type Region, readSensors, startRegion } from './region.ts'
import { observeRound, roundSize, sendRounds, waitUntilHealthy } from './round.ts'
import { toLiveText, toPrintable, toSummaryText } from './screen.ts'

/** `npm start`: options → fleet description → region → traffic → what the sensors saw. */
const say = (text: string): void => void process.stderr.write(`${text}\n`)
const print = (text: string): void => void process.stdout.write(`${text}\n`)

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
  const { fleet } = decoded
  const zone = (index: number) => fleet.zones[index % fleet.zones.length] ?? 'local'
  const sources =
    options.sources === null
      ? fleet.sources
      : Array.from({ length: options.sources }, (_, i) => ({ name: `source-${i + 1}`, zone: zone(i) }))
  const desiredCapacity = options.sensors ?? fleet.sensors.desiredCapacity
  const maximumCapacity = Math.max(desiredCapacity, fleet.sensors.maximumCapacity)
  return { ...fleet, sources, sensors: { ...fleet.sensors, desiredCapacity, maximumCapacity } }
}

async function readFleetFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    return misuse([`--fleet: ${path} cannot be read as JSON: ${error instanceof Error ? error.message : error}`])
  }
}

async function runOnce(region: Region, options: Options, seconds: () => number): Promise<number> {
  await waitUntilHealthy(region)
  say('every sensor is healthy; sending HTTP, HTTPS and DNS from every source')
  const sent = await sendRounds(region, roundSize, 'once')
  const summary = await observeRound(region, sent, seconds)
  print(options.json ? JSON.stringify(summary) : toSummaryText(summary))
  return summary.ok ? 0 : 1
}

const livelySize = { http: 10, https: 4, dns: 4 } as const
const livelySeconds = 2

/** Rounds of traffic and a look at the sensors, until `stopped`. */
async function runUntilStopped(region: Region, stopped: AbortSignal): Promise<number> {
  await waitUntilHealthy(region)
  print(`fleet is up: logs and configuration in ${region.folder}; Ctrl-C takes it down`)
  print(`another terminal: tail -f ${region.folder}/sensor-1/log/http.log`)
  for (let round = 1; !stopped.aborted; round++) {
    await sendRounds(region, livelySize, `round-${round}`)
    print(`\n${new Date().toISOString()} round ${round}\n${toLiveText(await readSensors(region))}`)
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, livelySeconds * 1000)
      stopped.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true })
    })
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
  const stop = new AbortController()
  let region: Region | null = null
  const interrupted = new Promise<never>((_, reject) =>
    stop.signal.addEventListener('abort', () => reject(new Error('stopped by a signal'))),
  )
  interrupted.catch(() => undefined)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
  try {
    region = await startRegion({ fleet, onProgress: say, onLost: say })
    const work = options.once ? runOnce(region, options, seconds) : runUntilStopped(region, stop.signal)
    work.catch(() => undefined)
    return await Promise.race([work, interrupted])
  } catch (error) {
    if (stop.signal.aborted) return options.once ? 1 : 0
    say(toPrintable(error instanceof Error ? error.message : String(error)))
    return 1
  } finally {
    say('taking everything down')
    await region?.stop()
  }
}

process.exitCode = await main()
