import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeAgentFolder } from '../../../infra/aws/agent-folder.ts'

const folders = ['first', 'second'].map((name) => mkdtempSync(join(tmpdir(), `mirror-fleet-agent-${name}-`)))
const [first = '', second = ''] = folders

beforeAll(async () => {
  await writeAgentFolder(first)
  await writeAgentFolder(second)
}, 60_000)
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

describe('what an instance unpacks', () => {
  it('runs with nothing but itself: its own Node, and no node_modules', () => {
    const help = execFileSync(join(first, 'node'), [join(first, 'sensor-agent.mjs'), '--help'], {
      encoding: 'utf8',
      cwd: '/',
      env: {},
    })
    expect(help).toMatch(/--check/)
  })

  it('holds the units that start it, and no source', () => {
    const names = readdirSync(first)
    expect(names).toContain('mirror-fleet-sensor.service')
    expect(names.filter((name) => name.endsWith('.ts'))).toEqual([])
  })

  it('is the same to the byte each time, or every synth would replace the fleet', () => {
    const contents = (folder: string) =>
      readdirSync(folder).map((name) => (name === 'node' ? name : [name, readFileSync(join(folder, name), 'base64')]))
    expect(contents(second)).toEqual(contents(first))
  })
})
