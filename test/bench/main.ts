import { toTable } from '../../infra/local/screen.ts'
import { toProgramPath } from '../../infra/local/set-up.mjs'
import { measureAgentBudget } from './agent-budget.ts'
import { type PartName, parseBenchOptions, usage } from './bench-options.ts'
import {
  type BenchReport,
  figureHeader,
  growthHeader,
  type Measured,
  reachesGoals,
  toFigureRow,
  toFigures,
  toGrowthRow,
} from './bench-report.ts'
import { measureGrowth } from './cost-growth.ts'
import { measureFleet } from './fleet-efficiency.ts'
import { measureGenerator } from './generator-speed.ts'
import { readMachine } from './machine.ts'
import { measureMetricsLatency } from './metrics-latency.ts'
import { writeResults } from './results.ts'
import { measureSensor } from './sensor-capacity.ts'

/** `npm run bench`: the figures of this machine, each beside the goal that it is held to. */
const say = (text: string): void => void process.stderr.write(`${text}\n`)
const print = (text: string): void => void process.stdout.write(`${text}\n`)

type Measure = (signal: AbortSignal) => Promise<Measured>
const parts: { readonly [P in PartName]: Measure } = {
  generator: async (signal) => ({ generator: await measureGenerator(say, signal) }),
  sensor: async (signal) => ({ sensor: await measureSensor(say, signal) }),
  fleet: async (signal) => ({ fleet: await measureFleet(say, signal) }),
  growth: async (signal) => ({ growth: await measureGrowth(say, signal) }),
  agent: async (signal) => ({ agent: await measureAgentBudget(say, signal) }),
  metrics: async (signal) => ({ metrics: await measureMetricsLatency(say, signal) }),
}

async function measure(names: readonly PartName[], signal: AbortSignal): Promise<BenchReport> {
  const machine = await readMachine()
  const [startedAt, began] = [new Date().toISOString(), performance.now()]
  let measured: Measured = {}
  for (const name of names) {
    signal.throwIfAborted()
    const from = performance.now()
    measured = { ...measured, ...(await parts[name](signal)) }
    say(`${name} took ${Math.round((performance.now() - from) / 1000)} s`)
  }
  const seconds = Math.round((performance.now() - began) / 1000)
  const command = ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' ')
  return { machine, command, startedAt, seconds, ...measured, figures: toFigures(measured) }
}

function toText({ machine, seconds, figures, growth }: BenchReport): string {
  const { cores, cpu, kernel, node, suricata, loadAverage } = machine
  return [
    `${cores} cores of ${cpu}, Linux ${kernel}, Node ${node}, Suricata ${suricata}, load average ${loadAverage} before`,
    ...(figures.length > 0 ? ['', toTable(figureHeader, figures.map(toFigureRow))] : []),
    ...(growth === undefined ? [] : ['', toTable(growthHeader, growth.map(toGrowthRow))]),
    `\nmeasured in ${seconds} s`,
  ].join('\n')
}

/** The signal that ends everything early. What was made is removed all the same, so nothing here may end the process. */
function listenForEnd(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      say('ending, and removing what was made')
      stop.abort()
    })
  }
  return stop.signal
}

async function main(): Promise<number> {
  const parsed = parseBenchOptions(process.argv.slice(2))
  if (!parsed.ok) {
    say(parsed.complaints.join('\n'))
    say('nothing was measured; see npm run bench -- --help')
    return 2
  }
  const { options } = parsed
  if (options.help) {
    print(usage)
    return 0
  }
  const signal = listenForEnd()
  try {
    const report = await measure(options.parts, signal)
    print(options.json ? JSON.stringify(report) : toText(report))
    if (options.save) say(`written: ${writeResults(report).join(', ')}`)
    return reachesGoals(report) ? 0 : 1
  } catch (error) {
    if (!signal.aborted) say(error instanceof Error ? error.message : String(error))
    return 1
  }
}

// nft, sysctl and others are in sbin folders, which a user's PATH on Debian lacks, also behind sudo.
process.env.PATH = toProgramPath(process.env.PATH)
process.exitCode = await main()
