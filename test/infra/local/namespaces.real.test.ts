import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { run } from '../../../infra/local/command.ts'
import { readNamespaces, removeNamespaces } from '../../../infra/local/namespaces.ts'
import { eventually } from '../../support/eventually.ts'

const prefix = `mft-names-${process.pid}`
const folder = mkdtempSync(join(tmpdir(), 'mft-names-'))
const path = process.env.PATH

afterEach(async () => {
  process.env.PATH = path
  for (const name of await readNamespaces(prefix)) {
    const pids = (await run('ip', ['netns', 'pids', name])).split('\n').filter(Boolean)
    for (const pid of pids) process.kill(Number(pid), 'SIGKILL')
    await run('ip', ['netns', 'delete', name])
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const add = async (...names: readonly string[]): Promise<string[]> => {
  const full = names.map((name) => `${prefix}-${name}`)
  for (const name of full) await run('ip', ['netns', 'add', name])
  return full
}

/** An `ip` in front of the real one, as a script that has the real one in $real. */
async function putInFront(script: string): Promise<void> {
  const real = (await run('sh', ['-c', 'command -v ip'])).trim()
  const file = join(folder, 'ip')
  writeFileSync(file, `#!/bin/sh\nreal=${real}\n${script}\n`)
  chmodSync(file, 0o755)
  process.env.PATH = `${folder}:${path}`
}

/** A process that has ended may stay in the table until its parent takes note. */
const isRunning = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')

describe('removeNamespaces', () => {
  it('ends every process, also one that is started while the others are being ended', async () => {
    const [name = ''] = await add('late')
    const pidFile = join(folder, 'late')
    const startLate = [
      'if [ "$2" = pids ] && [ ! -e LATE ]; then',
      '  $real "$@"',
      '  $real netns exec "$3" sleep 600 <&- >/dev/null 2>&1 & echo $! >LATE',
      '  until $real netns pids "$3" | grep -qx $!; do :; done',
      '  exit 0',
      'fi',
      'exec $real "$@"',
    ]
    const first = spawn('ip', ['netns', 'exec', name, 'sleep', '600'], { stdio: 'ignore' })
    await eventually(
      'the first process',
      () => execFileSync('ip', ['netns', 'pids', name], { encoding: 'utf8' }) !== '',
    )
    await putInFront(startLate.join('\n').replaceAll('LATE', pidFile))
    await removeNamespaces([name])
    expect(await readNamespaces(prefix)).toEqual([])
    const late = Number(readFileSync(pidFile, 'utf8'))
    expect(late).toBeGreaterThan(0)
    expect(isRunning(late)).toBe(false)
    await eventually('the end of the first process', () => first.signalCode === 'SIGKILL')
  })

  it('passes over a namespace that is gone', async () => {
    await expect(removeNamespaces([`${prefix}-gone`])).resolves.toBeUndefined()
  })

  it('takes a listing that was killed for no answer, and leaves the namespace for another try', async () => {
    const [name = ''] = await add('killed')
    await putInFront('[ "$2" = pids ] && kill -KILL $$; exec $real "$@"')
    await expect(removeNamespaces([name])).rejects.toThrow(/SIGKILL/)
    process.env.PATH = path
    expect(await readNamespaces(prefix)).toEqual([name])
  })

  it('carries on past one that cannot be removed, and says so at the end', async () => {
    const [bad = '', good = ''] = await add('bad', 'good')
    await putInFront(`[ "$2 $3" = "delete ${bad}" ] && { echo busy >&2; exit 1; }; exec $real "$@"`)
    await expect(removeNamespaces([bad, good])).rejects.toThrow(new RegExp(`${bad} cannot be deleted: busy`))
    process.env.PATH = path
    expect(await readNamespaces(prefix)).toEqual([bad])
  })
})
