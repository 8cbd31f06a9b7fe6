import { cpus, release } from 'node:os'
import { parseArgs } from 'node:util'
import { toTable } from '../../infra/local/screen.ts'
import { toProgramPath } from '../../infra/local/set-up.mjs'
import { measureAgentBudget } from './agent-budget.ts'

/** `npm run bench`: what the agent costs. Each figure is the median of its runs, beside the limit it is held to. */
const usage = `Measures the sensor agent on this machine, while its Suricata is loaded, in a region of its own.

  npm run bench             a table
  npm run bench -- --json   one JSON object on stdout

Exit codes: 0 every figure is within its limit, 1 one is not or something broke, 2 wrong use.
`

const say = (text: string): void => void process.stderr.write(`${text}\n`)
const print = (text: string): void => void process.stdout.write(`${text}\n`)

function readOptions() {
  try {
    return parseArgs({ options: { json: { type: 'boolean' }, help: { type: 'boolean' } } }).values
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    return process.exit(2)
  }
}

process.env.PATH = toProgramPath(process.env.PATH)
const options = readOptions()
if (options.help) {
  print(usage)
} else {
  const figures = await measureAgentBudget(say)
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, kernel: release(), node: process.version }
  if (options.json) print(JSON.stringify({ machine, figures }))
  else {
    print(`${machine.cores} cores of ${machine.cpu}, Linux ${machine.kernel}, Node ${machine.node}`)
    const rows = figures.map((f) => [f.name, f.median, f.limit, f.unit, f.ok ? 'within' : 'over', f.runs.join(' ')])
    print(toTable(['figure', 'median', 'limit', 'unit', '', 'runs'], rows))
  }
  process.exitCode = figures.every((figure) => figure.ok) ? 0 : 1
}
