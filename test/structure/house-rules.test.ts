import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot, sourceFiles } from '../support/source-files.ts'

const files = sourceFiles()
const text = (file: string): string => readFileSync(join(projectRoot, file), 'utf8')

describe('house rules', () => {
  it('keeps the top level to what the design fixes', () => {
    const allowed = [
      ...['package.json', 'tsconfig.json', 'infra', 'sensor-agent', 'healthcheck', 'dashboards', 'test', 'load'],
      ...[
        'README.md',
        'DESIGN.md',
        'CHANGELOG.md',
        'LICENSE',
        'package-lock.json',
        'node_modules',
        'biome.json',
        'vitest.config.ts',
        'cdk.json',
        // Written by npm run synth.
        'cdk.out',
      ],
    ]
    expect(readdirSync(projectRoot).filter((name) => !name.startsWith('.') && !allowed.includes(name))).toEqual([])
  })

  it('names files with kebab-case nouns, and none after an effort', () => {
    const odd = files.filter((file) => !/^[a-z0-9]+(?:[-.][a-z0-9]+)*\.(?:ts|mjs)$/.test(basename(file)))
    const vague = files.filter((file) => /(?:^|[/-])(?:utils?|helpers?|common|misc|manager|lib)(?:[/.-]|$)/.test(file))
    expect([...odd, ...vague]).toEqual([])
  })

  it('has no source file of more than 200 lines of code', () => {
    const codeLines = (file: string) =>
      text(file)
        .split('\n')
        .filter((line) => !/^\s*(?:\/\/|\/?\*|$)/.test(line)).length
    const long = files.filter((file) => !file.startsWith('test/') && codeLines(file) > 200)
    expect(long).toEqual([])
  })

  it('talks no type out of checking', () => {
    const silenced = /\bas any\b|: any\b|<any>|@ts-(?:ignore|expect-error|nocheck)|as unknown as/
    expect(files.filter((file) => file !== 'test/structure/house-rules.test.ts' && silenced.test(text(file)))).toEqual(
      [],
    )
  })

  it('leaves no placeholder in what a user reads', () => {
    const documents = ['README.md', 'DESIGN.md', 'CHANGELOG.md']
    expect(documents.filter((file) => /@[A-Z]+@/.test(text(file)))).toEqual([])
  })

  it('makes a test’s CDK app where its folder is removed again', () => {
    const leaves = /\bnew App\(|\bnew Stack\(\)/
    const outside = files.filter((file) => file.startsWith('test/') && file !== 'test/support/aws-app.ts')
    expect(outside.filter((file) => file !== 'test/structure/house-rules.test.ts' && leaves.test(text(file)))).toEqual(
      [],
    )
  })

  it('skips no test and leaves none alone', () => {
    const left = /\b(?:it|test|describe)\.(?:skip|only|todo|skipIf|runIf)\b/
    expect(files.filter((file) => file !== 'test/structure/house-rules.test.ts' && left.test(text(file)))).toEqual([])
  })

  it('gives every test of a source file the path of that file', () => {
    const mirrored = files.filter((file) =>
      /^test\/(?:healthcheck|sensor-agent|load|infra|dashboards)\/.*\.test\.ts$/.test(file),
    )
    const sources = mirrored.map((file) => file.replace(/^test\//, '').replace(/(?:\.real)?\.test\.ts$/, ''))
    expect(
      sources.filter(
        (source) => !existsSync(join(projectRoot, `${source}.ts`)) && !existsSync(join(projectRoot, `${source}.mjs`)),
      ),
    ).toEqual([])
  })
})
