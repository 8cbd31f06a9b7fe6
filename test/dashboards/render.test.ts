import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../support/source-files.ts'

const folder = join(projectRoot, 'dashboards/out')
const render = (...args: string[]) =>
  spawnSync(process.execPath, ['dashboards/render.ts', ...args], { cwd: projectRoot, encoding: 'utf8' })

// Each starts a process or two, on a machine that may be busy.
describe('npm run dashboards', { timeout: 60_000 }, () => {
  it('writes the same bytes every time, and leaves nothing of the time before', () => {
    const first: { files: string[] } = JSON.parse(render('--json').stdout)
    const read = () => first.files.map((path) => readFileSync(join(folder, path), 'utf8'))
    const texts = read()
    const stale = join(folder, 'grafana/dashboards/renamed.json')
    writeFileSync(stale, '{}')
    const { status, stderr } = render()
    expect(status, stderr).toBe(0)
    expect(read()).toEqual(texts)
    expect(existsSync(stale)).toBe(false)
  })

  it('lists every complaint and ends with 2 before it touches anything', () => {
    render()
    const mark = join(folder, 'mark')
    writeFileSync(mark, '')
    const { status, stdout, stderr } = render('--fleet', 'x', '--region', 'y')
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/--fleet: got x[\s\S]*--region: got y/)
    expect(existsSync(mark)).toBe(true)
    rmSync(mark)
  })

  it('explains itself', () => {
    const { status, stdout } = render('--help')
    expect(status).toBe(0)
    expect(stdout).toMatch(/Examples:\n {2}npm run dashboards\n/)
  })
})
