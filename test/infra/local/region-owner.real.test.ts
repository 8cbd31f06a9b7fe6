import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { run } from '../../../infra/local/command.ts'
import { isOwned, sendOwner } from '../../../infra/local/region-owner.ts'
import { eventually } from '../../support/eventually.ts'

const folder = mkdtempSync(join(tmpdir(), 'mft-owner-'))
const ownerFile = join(folder, 'owner.json')
const module = fileURLToPath(new URL('../../../infra/local/region-owner.ts', import.meta.url))
const children: ChildProcess[] = []

afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const write = (change: object): void => {
  writeFileSync(ownerFile, JSON.stringify({ ...JSON.parse(readFileSync(ownerFile, 'utf8')), ...change }))
}

describe('a region’s folder', () => {
  it('is owned by the process that said so, for as long as it runs', async () => {
    rmSync(ownerFile, { force: true })
    const script = `const { sendOwner } = await import(${JSON.stringify(module)}); await sendOwner(${JSON.stringify(folder)}); console.log('owner'); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    children.push(child)
    await once(child.stdout, 'data')
    expect(await isOwned(folder)).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await isOwned(folder)).toBe(false)
  })

  it('is nobody’s when the pid belongs to another process by now, or the machine was started anew', async () => {
    await sendOwner(folder)
    expect(await isOwned(folder)).toBe(true)
    const { startTicks } = JSON.parse(readFileSync(ownerFile, 'utf8'))
    write({ startTicks: startTicks + 1 })
    expect(await isOwned(folder)).toBe(false)
    write({ startTicks, bootId: '00000000-0000-0000-0000-000000000000' })
    expect(await isOwned(folder)).toBe(false)
  })

  it.each([
    ['nothing', ''],
    ['something else', '{"pid":"1"}'],
    ['half a record', '{"pid":1'],
  ])('is nobody’s when it names %s', async (_what, text) => {
    writeFileSync(ownerFile, text)
    expect(await isOwned(folder)).toBe(false)
    rmSync(ownerFile)
    expect(await isOwned(folder)).toBe(false)
  })

  it('is nobody’s when its process has ended and is only waiting to be noted', async () => {
    // The shell starts a child that ends, and never waits for it.
    const child = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 600'], { stdio: ['ignore', 'pipe', 'ignore'] })
    children.push(child)
    const [said] = await once(child.stdout.setEncoding('utf8'), 'data')
    const pid = Number(said)
    await eventually('a zombie', () => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '))
    await sendOwner(folder)
    const stat = await run('cat', [`/proc/${pid}/stat`])
    write({ pid, startTicks: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]) })
    expect(await isOwned(folder)).toBe(false)
  })
})
