import { createAgent } from './agent.ts'
import { toCheckSummary } from './check-summary.ts'
import { decodeCommandLine, toHelp } from './command-line.ts'
import type { Environment } from './config.ts'
import { decodeEnvironment } from './environment.ts'
import { joinGroup } from './group.ts'
import { toEntries } from './journal.ts'
import { createLog, type Log } from './log.ts'
import { toAgentSettings, toAppSettings, toSocketSettings, toSourceSettings } from './part-settings.ts'
import { monotonicClock as clock } from './read/clock.ts'
import { openSources } from './read/sources.ts'
import { openSuricataSocket } from './read/suricata-socket.ts'
import type { Publication } from './serve/publication.ts'
import { listen } from './serve/server.ts'
import { listenToSignals, type Signals } from './signals.ts'
import { isEngineReady, toSupervisedEngine } from './supervised-engine.ts'
import { type Supervisor, startSupervisor } from './suricata/supervisor.ts'
import { everyTick } from './ticks.ts'
import { agentVersion } from './version.ts'

const exitCodes = { ended: 0, failed: 1, refused: 2 } as const

process.exit(await main(process.argv.slice(2)))

async function main(args: readonly string[]): Promise<number> {
  const line = decodeCommandLine(args)
  if (!line.ok) return refuse(line.complaint)
  if (line.action === 'help') return print(toHelp())
  if (line.action === 'version') return print(`${agentVersion}\n`)
  const decoded = decodeEnvironment(process.env)
  if (!decoded.ok) return refuse(['environment rejected:', ...decoded.complaints].join('\n  '))
  if (line.action === 'check') return print(toCheckSummary(decoded.environment))
  const log = createLog(decoded.environment)
  // The engine is left capturing: the next agent takes it over, and no packet is lost for a fault of ours.
  process.on('uncaughtException', (error) => {
    log.fatal(error)
    process.exit(exitCodes.failed)
  })
  try {
    return await runSensor(decoded.environment, log)
  } catch (error) {
    log.fatal(error)
    return exitCodes.failed
  }
}

function print(text: string): number {
  process.stdout.write(text)
  return exitCodes.ended
}

function refuse(complaint: string): number {
  process.stderr.write(`sensor-agent: ${complaint}\n`)
  return exitCodes.refused
}

/** The parts of one sensor, in the order of the data. @returns the exit code, once asked to end. */
async function runSensor(environment: Environment, log: Log): Promise<number> {
  const signals = listenToSignals(process)
  const board = createBoard(log)
  // First of all: a port that is taken must not cost a capture, and /livez answers while the rules load.
  const server = await listen({
    ...toAppSettings(environment),
    clock: clock.nowSeconds,
    published: board.last,
    onError: (error, route) => log.error(error, `answering ${route}`),
  })
  log.entry({ level: 'info', message: 'listening', fields: { ...server.address, version: agentVersion } })

  const socket = openSuricataSocket({ ...toSocketSettings(environment), clock })
  const { ask } = socket
  const iface = environment.SENSOR_INTERFACE
  const probe = async () => isEngineReady(await ask('dump-counters'), await ask('iface-stat', { iface }))
  const supervisor = await startSupervisor({ settings: environment, clock, probe, ask, log: log.entry })
  const engineEnd = createEngineEnd(supervisor)
  const engine = toSupervisedEngine(supervisor, ask, log.entry)
  const group = await joinGroup({
    environment,
    sensor: { drain: () => agent.drain('group'), resume: () => agent.resume('group'), stopEngine: engineEnd.begin },
    last: board.last,
    staleAfterSeconds: toAppSettings(environment).staleAfterSeconds,
    clock,
    log: log.entry,
  })
  const agent = createAgent({
    ...toAgentSettings(environment),
    clock,
    read: openSources({ ...toSourceSettings(environment), clock, socket, pid: () => supervisor.state().pid }),
    engine: { ...engine, checkRules: async () => (engineEnd.begun() ? undefined : engine.checkRules()) },
    publish: (publication) => {
      board.publish(publication)
      group.publish(publication)
    },
    use: readOwnUse,
    group: group.status,
    onError: log.error,
  })
  signals.onHangup(() => void agent.checkRules())

  const ended = new AbortController()
  const supervise = () => supervisor.tick().catch((error: unknown) => log.error(error, 'supervising'))
  const running = Promise.all([
    agent.run(ended.signal),
    everyTick(clock, 1, ended.signal, supervise),
    group.run(ended.signal),
  ])
  const signal = await signals.end
  if (signal === 'SIGUSR2') {
    log.entry({ level: 'info', message: 'leaving the engine to the next agent', fields: { signal } })
    await engineEnd.leave()
  } else {
    log.entry({ level: 'info', message: 'leaving service', fields: { signal } })
    agent.drain('signal')
    await endSoon(signals, engineEnd)
  }
  ended.abort()
  socket.close()
  await running
  await server.close()
  log.entry({ level: 'info', message: 'ended', fields: {} })
  return exitCodes.ended
}

type EngineEnd = ReturnType<typeof createEngineEnd>

/** The engine can be ended by a signal and by Auto Scaling, and is ended once. */
function createEngineEnd(supervisor: Supervisor) {
  let ending: Promise<void> | undefined
  const begin = (): Promise<void> => {
    ending ??= supervisor.stop()
    return ending
  }
  return {
    begin,
    begun: () => ending !== undefined,
    hasten: supervisor.hasten,
    leave: () => ending ?? supervisor.leave(),
  }
}

/** The routes get the time of one sample to say so before the capture ends. */
async function endSoon({ hasten }: Signals, engineEnd: EngineEnd): Promise<void> {
  await Promise.race([hasten, new Promise<void>((resolve) => clock.after(1, resolve))])
  void hasten.then(engineEnd.hasten)
  await engineEnd.begin()
}

/** Where the last publication hangs; what is new in it is logged. */
function createBoard(log: Log) {
  let last: Publication | undefined
  return {
    last: () => last,
    publish: (publication: Publication): void => {
      for (const entry of toEntries(last, publication)) log.entry(entry)
      last = publication
    },
  }
}

function readOwnUse(): { readonly cpuSeconds: number; readonly residentBytes: number } {
  const { user, system } = process.cpuUsage()
  return { cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss() }
}
