import { readFile } from 'node:fs/promises'
import { toErrorMessage } from '../error-message.ts'
import { decodeFleet, type FleetDescription } from '../fleet.ts'
import { parsePlanOptions, usage } from './options.ts'
import { toPlan } from './plan.ts'
import { toPlanRequest } from './plan-request.ts'
import { toPlanText } from './plan-text.ts'

/** `npm run plan`: options and a fleet description → plan. */
async function main(args: readonly string[]): Promise<number> {
  const parsed = parsePlanOptions(args)
  if (!parsed.ok) return misuse(parsed.complaints)
  const { options } = parsed
  if (options.help) {
    process.stdout.write(usage)
    return 0
  }
  const read = await readFleet(options.fleetFile)
  if (!read.ok) return misuse(read.complaints)
  const plan = toPlan(toPlanRequest(options.given, read.fleet))
  process.stdout.write(`${options.json ? JSON.stringify(plan) : toPlanText(plan)}\n`)
  return plan.ok ? 0 : 1
}

type ReadFleet =
  | { readonly ok: true; readonly fleet: FleetDescription | null }
  | { readonly ok: false; readonly complaints: readonly string[] }

async function readFleet(path: string | null): Promise<ReadFleet> {
  if (path === null) return { ok: true, fleet: null }
  try {
    return decodeFleet(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    const why = toErrorMessage(error)
    return { ok: false, complaints: [`--fleet: ${path} cannot be read as JSON: ${why}`] }
  }
}

function misuse(complaints: readonly string[]): number {
  process.stderr.write(`${complaints.join('\n')}\nsee: npm run plan -- --help\n`)
  return 2
}

process.exitCode = await main(process.argv.slice(2))
