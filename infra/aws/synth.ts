import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { App, Stage, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { writeAgentFolder } from './agent-folder.ts'
import { type Read, readFleetFile, readSpokeFile } from './description-file.ts'
import { addFleetStacks, addSpokeStacks } from './fleet-stacks.ts'
import { parseSynthOptions, usage } from './synth-options.ts'

/** `npm run synth`: the templates of every example, to look at and to compare, without an account. */
const root = fileURLToPath(new URL('../../', import.meta.url))
const fleets = join(root, 'infra', 'fleets')

/** A stage for each example in one app: the agent's asset is staged once. @returns complaints about the files, none if all is well */
export async function synthExamples(outdir: string): Promise<readonly string[]> {
  const agentFolder = mkdtempSync(join(tmpdir(), 'mirror-fleet-agent-'))
  try {
    await writeAgentFolder(agentFolder)
    return addExamples(outdir, agentFolder)
  } finally {
    rmSync(agentFolder, { recursive: true, force: true })
  }
}

function addExamples(outdir: string, agentFolder: string): readonly string[] {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'))
  const app = new App({ outdir, context, analyticsReporting: false })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  const complaints = readdirSync(fleets)
    .toSorted()
    .flatMap((file) => addExample(app, file, agentFolder))
  if (complaints.length === 0) app.synth()
  return complaints
}

function addExample(app: App, file: string, agentFolder: string): readonly string[] {
  const path = join(fleets, file)
  const add = <T>(read: Read<T>, addStacks: (scope: Stage, value: T) => void): readonly string[] => {
    if (!read.ok) return read.complaints
    addStacks(new Stage(app, file.replace(/\.json$/, '').replaceAll('.', '-')), read.value)
    return []
  }
  return file.endsWith('.spoke.json')
    ? add(readSpokeFile(path, {}), addSpokeStacks)
    : add(readFleetFile(path), (scope, fleet) => addFleetStacks(scope, fleet, agentFolder))
}

async function main(args: readonly string[]): Promise<number> {
  const options = parseSynthOptions(args)
  if (!options.ok) {
    process.stderr.write(`${options.complaints.join('\n')}\nnothing was written; see: npm run synth -- --help\n`)
    return 2
  }
  if (options.help) {
    process.stdout.write(usage)
    return 0
  }
  const outdir = join(root, 'cdk.out')
  // What an example no longer makes must not lie there as if it did.
  rmSync(outdir, { recursive: true, force: true })
  const complaints = await synthExamples(outdir)
  process.stderr.write(complaints.length > 0 ? `${complaints.join('\n')}\n` : `templates are under ${outdir}\n`)
  return complaints.length > 0 ? 2 : 0
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)))
