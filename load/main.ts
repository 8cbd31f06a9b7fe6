import { parseOptions } from './options.ts'
import { showProgress } from './progress.ts'
import { readReplay } from './replay-memory.ts'
import { isComplete, toReport, type WireReading } from './report.ts'
import { toReportTable } from './report-table.ts'
import { planRequest } from './request.ts'
import { type Run, startRun } from './run.ts'
import type { RunPlan } from './run-plan.ts'
import { readScenario } from './scenario-file.ts'
import { applyOptions } from './scenario-options.ts'
import { readWireCounters, type WireCounters } from './send/wire-counters.ts'
import { toScenarioList, usage } from './usage.ts'

/** `npm run load`: reads the command line, plays one run, reports. What goes to stdout is the report and nothing else. */

const EXIT_INCOMPLETE = 1
const EXIT_WRONG_USE = 2
const EXIT_INTERRUPTED = 130

const say = (text: string): void => void process.stderr.write(`${text}\n`)
const print = (text: string): void => void process.stdout.write(text)

function refuse(complaints: readonly string[]): void {
  for (const complaint of complaints) say(complaint)
  say('nothing was sent; see --help')
  process.exitCode = EXIT_WRONG_USE
}

async function main(): Promise<void> {
  const parsed = parseOptions(process.argv.slice(2))
  if (!parsed.ok) return refuse(parsed.complaints)
  const { options } = parsed
  if (options.help) return print(usage)
  if (options.list) return print(toScenarioList())
  const found = readScenario(options.scenario ?? 'steady')
  if (!found.ok) return refuse(found.complaints)
  if (options.replay !== null) {
    const replay = judgeReplay(options.replay)
    if (replay.complaints.length > 0) return refuse(replay.complaints)
    if (replay.isCutOff) say(`${options.replay} is cut off; what is whole of it is played`)
  }
  const { scenario, complaints } = applyOptions(found.scenario, options)
  if (complaints.length > 0) return refuse(complaints)
  const request = planRequest(options, scenario)
  if (!request.ok) return refuse(request.complaints)
  const report = await play(request.plan, request.wireInterface)
  print(options.json ? `${JSON.stringify(report)}\n` : toReportTable(report))
  process.exitCode = isComplete(report) ? 0 : EXIT_INCOMPLETE
}

/** Reads the file once before the run, so that a wrong one is refused like any other option. */
function judgeReplay(path: string): { readonly complaints: readonly string[]; readonly isCutOff: boolean } {
  try {
    return { complaints: [], isCutOff: readReplay(path).isCutOff }
  } catch (error) {
    return { complaints: [`--replay: ${error instanceof Error ? error.message : String(error)}`], isCutOff: false }
  }
}

async function play(plan: RunPlan, wireInterface: string | null) {
  const before = wireInterface === null ? null : readWireCounters(wireInterface)
  const run = startRun(plan)
  const ends = [stopOnSignals(run), showProgress(run.control, plan.scenario)]
  try {
    const results = await run.results
    return toReport(plan, results, toWireReading(wireInterface, before))
  } finally {
    for (const end of ends) end()
  }
}

function toWireReading(wireInterface: string | null, before: WireCounters | null): WireReading | null {
  const after = wireInterface === null ? null : readWireCounters(wireInterface)
  return wireInterface === null || before === null || after === null
    ? null
    : { interface: wireInterface, before, after }
}

/** The first signal ends the run and lets it report; the second ends the process. */
function stopOnSignals({ control }: Run): () => void {
  let isStopping = false
  const stop = () => {
    if (isStopping) process.exit(EXIT_INTERRUPTED)
    isStopping = true
    control.stop()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return () => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}

main().catch((error: unknown) => {
  say(`load stopped: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = EXIT_INCOMPLETE
})
