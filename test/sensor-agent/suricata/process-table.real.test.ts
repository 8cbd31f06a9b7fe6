import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findEngines, isAlive, readIdentity } from '../../../sensor-agent/suricata/process-table.ts'
import { eventually } from '../../support/eventually.ts'

let folder = ''
const pids: number[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mft-processes-'))
  writeFileSync(join(folder, 'suricata.yaml'), '')
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
  for (const pid of pids.splice(0)) process.kill(pid, 'SIGKILL')
})

/** A process that lives for a minute, whose arguments are those of an engine. */
function start(program: string, args: readonly string[]): number {
  const child = spawn(program, ['-e', 'setTimeout(() => {}, 60_000)', '--', ...args], { stdio: 'ignore' })
  if (child.pid === undefined) throw new Error('not started')
  pids.push(child.pid)
  return child.pid
}

describe('a process', () => {
  it('is alive as long as it is the same one', async () => {
    const identity = await readIdentity(process.pid)
    if (identity === null) throw new Error('this process is not alive')
    expect(await isAlive(identity)).toBe(true)
    expect(await isAlive({ ...identity, startTicks: identity.startTicks + 1 })).toBe(false)
    expect(await isAlive({ ...identity, bootId: '00000000-0000-0000-0000-000000000000' })).toBe(false)
  })

  it('that is dead but not reaped is not alive', async () => {
    // The shell replaces itself by a program that never waits for the child that it has inherited.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
    if (parent.pid === undefined) throw new Error('not started')
    pids.push(parent.pid)
    const [line] = await once(parent.stdout, 'data')
    const pid = Number(String(line))
    let dead = false
    await eventually('the zombie', () => {
      void readIdentity(pid).then((identity) => {
        dead = identity === null
      })
      return dead
    })
    expect(() => process.kill(pid, 0)).not.toThrow()
  })
})

describe('findEngines', () => {
  it('finds the engines of this configuration, and neither a test run nor a namesake', async () => {
    const yaml = join(folder, 'suricata.yaml')
    const engine = start(process.execPath, ['-c', yaml, '--af-packet'])
    start(process.execPath, ['-T', '-c', yaml])
    start(process.execPath, ['-c', `${yaml}.new`])
    start(process.execPath, [yaml])
    const found = await findEngines(yaml, process.execPath)
    expect(found.map(({ pid }) => pid)).toEqual([engine])
    expect(await findEngines(yaml, '/usr/bin/suricata')).toEqual([])
  })
})
