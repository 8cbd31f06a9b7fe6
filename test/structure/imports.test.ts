import { readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot, sourceFiles } from '../support/source-files.ts'

interface Rule {
  /** Folder the rule is for; the longest that fits decides. */
  readonly folder: string
  /** Own files, folders and packages it may import. `node:` is any of Node's modules. */
  readonly may: readonly string[]
}

/** Who may import what: DESIGN.md, "Who may import what". */
const awsClients = [
  '@aws-sdk/client-auto-scaling',
  '@aws-sdk/client-elastic-load-balancing-v2',
  '@aws-sdk/client-cloudwatch',
  '@aws-sdk/client-ec2',
]
const rules: readonly Rule[] = [
  { folder: 'healthcheck', may: ['healthcheck'] },
  { folder: 'healthcheck/fleet', may: ['healthcheck', 'node:', 'typebox', ...awsClients] },
  { folder: 'sensor-agent/sample', may: ['sensor-agent', 'healthcheck'] },
  {
    folder: 'sensor-agent',
    may: [
      ...['sensor-agent', 'healthcheck', 'node:', 'fastify', 'typebox', 'prom-client', 'pino', 'package.json'],
      ...awsClients,
    ],
  },
  { folder: 'load/packet', may: ['load/packet'] },
  { folder: 'load', may: ['load', 'node:', 'koffi', 'typebox'] },
  {
    folder: 'infra/local',
    may: ['infra', 'healthcheck', 'dashboards', 'load', 'sensor-agent/config.ts', 'node:', 'typebox'],
  },
  {
    folder: 'infra/local/console',
    may: ['infra', 'healthcheck', 'load', 'node:', 'typebox', 'fastify', 'esbuild'],
  },
  {
    folder: 'infra/local/console/page',
    may: ['infra/local/console/page', 'infra/local/console/messages.ts', 'uplot'],
  },
  {
    folder: 'infra/aws',
    may: [
      ...['infra', 'sensor-agent/config.ts', 'sensor-agent/cloudwatch.ts', 'healthcheck/limits.ts'],
      ...['healthcheck/fleet/fleet-limits.ts', 'node:', 'typebox', 'aws-cdk-lib', 'constructs', 'cdk-nag'],
    ],
  },
  {
    folder: 'dashboards',
    may: ['dashboards', 'sensor-agent/metrics.ts', 'healthcheck', 'node:', '@grafana/grafana-foundation-sdk'],
  },
  { folder: 'infra', may: ['infra', 'node:', 'typebox', 'esbuild'] },
]

const specifiers = (text: string): string[] =>
  [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g),
  ].map((match) => match[1] ?? match[2] ?? '')

const ruleFor = (file: string): Rule | undefined =>
  rules.filter((rule) => file.startsWith(`${rule.folder}/`)).sort((a, b) => b.folder.length - a.folder.length)[0]

function isAllowed(file: string, specifier: string, may: readonly string[]): boolean {
  if (!specifier.startsWith('.'))
    return may.some((name) => specifier === name || specifier.startsWith(name.endsWith(':') ? name : `${name}/`))
  const target = relative(projectRoot, join(projectRoot, dirname(file), specifier))
    .split(sep)
    .join('/')
  return may.some((name) => target === name || target.startsWith(`${name}/`))
}

const files = sourceFiles().filter((file) => !file.startsWith('test/'))

describe('who may import what', () => {
  it('has a rule for every source file', () => {
    expect(files.filter((file) => file.includes('/') && !ruleFor(file))).toEqual([])
  })

  it('is kept by every import of every file', () => {
    const broken = files.flatMap((file) => {
      const rule = ruleFor(file)
      if (!rule) return []
      return specifiers(readFileSync(join(projectRoot, file), 'utf8'))
        .filter((specifier) => !isAllowed(file, specifier, rule.may))
        .map((specifier) => `${file} imports ${specifier}`)
    })
    expect(broken).toEqual([])
  })

  it('keeps local and AWS apart', () => {
    expect(isAllowed('infra/local/main.ts', '../aws/app.ts', ['infra/local'])).toBe(false)
    const crossing = files
      .filter((file) => file.startsWith('infra/local/'))
      .filter((file) => /from ['"][^'"]*\/aws\//.test(readFileSync(join(projectRoot, file), 'utf8')))
    expect(crossing).toEqual([])
  })
})

describe('pure folders', () => {
  const pure = ['healthcheck/', 'sensor-agent/sample/', 'load/packet/']
  const effects =
    /\b(?:Date\.now|new Date\b|performance\.|process\.|Math\.random|setTimeout|setInterval|globalThis|fetch\()/

  it.each(pure)('%s reads no clock, no environment and no dice', (folder) => {
    const touched = files
      .filter((file) => file.startsWith(folder) && file !== 'healthcheck/fleet/main.ts')
      .filter((file) =>
        effects.test(readFileSync(join(projectRoot, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')),
      )
    expect(touched).toEqual([])
  })
})
