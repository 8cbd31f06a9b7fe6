import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../../support/source-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'mirror-fleet-synth-'))
const outdirs = ['first', 'second'].map((name) => join(folder, name))

/** In a network namespace that has not even a loopback device that is up: a synth that looks anything up fails. */
function synth(outdir: string): void {
  const program = `import { synthExamples } from ${JSON.stringify(join(projectRoot, 'infra/aws/synth.ts'))}
const complaints = await synthExamples(${JSON.stringify(outdir)})
process.exit(complaints.length)`
  const node = [process.execPath, '--input-type=module', '--eval', program]
  execFileSync('unshare', ['--net', ...node], {
    cwd: projectRoot,
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: 'pipe',
  })
}

/** Templates of an assembly: path inside it → text. */
const toTemplates = (outdir: string): Map<string, string> =>
  new Map(
    readdirSync(outdir, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.template.json'))
      .toSorted()
      .map((file) => [file, readFileSync(join(outdir, file), 'utf8')]),
  )

const [first = '', second = ''] = outdirs
let templates = new Map<string, string>()

beforeAll(() => {
  synth(first)
  templates = toTemplates(first)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the examples, synthesized without network and credentials', () => {
  it('are all there, each with its stacks', () => {
    const examples = readdirSync(join(projectRoot, 'infra', 'fleets'))
    const assemblies = new Set([...templates.keys()].map((file) => file.split('/')[0]))
    expect(examples.length).toBeGreaterThanOrEqual(6)
    expect(assemblies.size).toBe(examples.length)
  })

  it('come out the same twice', () => {
    synth(second)
    expect(toTemplates(second)).toEqual(templates)
  })

  it('pass cfn-lint without an error and without a warning', () => {
    const files = [...templates.keys()].map((file) => join(first, file))
    const lint = () =>
      execFileSync(join(projectRoot, '.venv', 'bin', 'cfn-lint'), files, { encoding: 'utf8', stdio: 'pipe' })
    expect(lint).not.toThrow()
    expect(lint()).toBe('')
  })
})
