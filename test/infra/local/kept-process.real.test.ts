import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type KeptProcess, keepRunning, toPauseSeconds } from '../../../infra/local/kept-process.ts'
import { startInNamespace } from '../../../infra/local/namespace-process.ts'
import { eventually } from '../../support/eventually.ts'
import { createNamespaces } from '../../support/network-namespace.ts'

const namespaces = createNamespaces(`mft-kept-${process.pid}`, ['a'])
const folder = mkdtempSync(join(tmpdir(), 'mft-kept-'))
const kept: KeptProcess[] = []

afterAll(async () => {
  for (const one of kept) await one.stop()
  namespaces.remove()
  rmSync(folder, { recursive: true })
})

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Keeps a shell script running, and writes down how each of its processes ended. */
async function keep(script: string) {
  const ends: string[] = []
  const start = () =>
    startInNamespace({
      namespace: namespaces.name('a'),
      name: 'script',
      command: 'sh',
      args: ['-c', script],
      logPath: join(folder, 'script.log'),
    })
  const one = await keepRunning(start, (_process, end, pauseSeconds) => {
    ends.push(`${end instanceof Error ? end.message : (end.code ?? end.signal)}, next in ${pauseSeconds}`)
  })
  kept.push(one)
  return { one, ends }
}

describe('the pause before the next start', () => {
  it('doubles from 1 s and never gets longer than 15 s: four tries a minute', () => {
    expect([1, 2, 3, 4, 5, 6, 2000].map(toPauseSeconds)).toEqual([1, 2, 4, 8, 15, 15, 15])
  })
})

describe('a process that is kept running', () => {
  it('is followed by another when it was killed', async () => {
    const { one, ends } = await keep('exec sleep 600')
    const { pid } = one.current()
    process.kill(pid, 'SIGKILL')
    const next = await eventually('another process', () => (one.current().pid !== pid ? one.current().pid : null))
    expect(isAlive(next)).toBe(true)
    expect(ends).toEqual(['SIGKILL, next in 1'])
    await one.stop()
    expect(isAlive(next)).toBe(false)
    expect(ends).toHaveLength(1)
  })

  it('is tried again after longer and longer pauses when it ends at once, until it is stopped', async () => {
    const { one, ends } = await keep('exit 3')
    await eventually('a second end', () => ends.length >= 2)
    await one.stop()
    expect(ends.slice(0, 2)).toEqual(['3, next in 1', '3, next in 2'])
    const { pid } = one.current()
    expect(isAlive(pid)).toBe(false)
  })
})
