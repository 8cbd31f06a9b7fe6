import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseRenderOptions, usage } from './render-options.ts'
import { toRenderedFiles } from './rendered-files.ts'

const folder = join(import.meta.dirname, 'out')

function main(args: readonly string[]): number {
  const options = parseRenderOptions(args)
  if (!options.ok) {
    process.stderr.write(`${options.complaints.join('\n')}\nnpm run dashboards -- --help explains the options.\n`)
    return 2
  }
  if (options.help) {
    process.stdout.write(usage)
    return 0
  }
  const files = toRenderedFiles(options.settings)
  // All of it is ours: a board that was renamed must not be provisioned twice.
  rmSync(folder, { recursive: true, force: true })
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  process.stderr.write(`${files.size} files in ${folder}\n`)
  if (options.json) process.stdout.write(`${JSON.stringify({ folder, files: [...files.keys()] })}\n`)
  return 0
}

process.exitCode = main(process.argv.slice(2))
