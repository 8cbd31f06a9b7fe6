import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { App, Stage, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { type Read, readFleetFile, readSpokeFile } from './description-file.ts'
import { addFleetStacks, addSpokeStack } from './fleet-stacks.ts'

/** `npm run synth`: the templates of every example, to look at and to compare, without an account. */
const root = fileURLToPath(new URL('../../', import.meta.url))
const fleets = join(root, 'infra', 'fleets')

/** A stage for each example in one app: the agent's asset is staged once. @returns complaints about the files, none if all is well */
export function synthExamples(outdir: string): readonly string[] {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'))
  const app = new App({ outdir, context, analyticsReporting: false })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  const complaints = readdirSync(fleets)
    .toSorted()
    .flatMap((file) => {
      const path = join(fleets, file)
      const add = <T>(read: Read<T>, addStacks: (scope: Stage, value: T) => void): readonly string[] => {
        if (!read.ok) return read.complaints
        addStacks(new Stage(app, file.replace(/\.json$/, '').replaceAll('.', '-')), read.value)
        return []
      }
      return file.endsWith('.spoke.json')
        ? add(readSpokeFile(path, {}), addSpokeStack)
        : add(readFleetFile(path), addFleetStacks)
    })
  if (complaints.length === 0) app.synth()
  return complaints
}

if (import.meta.main) {
  const outdir = join(root, 'cdk.out')
  // What an example no longer makes must not lie there as if it did.
  rmSync(outdir, { recursive: true, force: true })
  const complaints = synthExamples(outdir)
  process.stderr.write(complaints.length > 0 ? `${complaints.join('\n')}\n` : `templates are under ${outdir}\n`)
  process.exit(complaints.length > 0 ? 2 : 0)
}
