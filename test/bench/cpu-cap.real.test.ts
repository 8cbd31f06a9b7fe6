import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../../infra/local/condition.ts'
import { type CpuCap, openCpuCap } from './cpu-cap.ts'
import { readThreadSeconds } from './process-use.ts'

const name = `mft-cap-${process.pid}`
let cap: CpuCap | undefined
let busy: ChildProcess | undefined

afterEach(async () => {
  busy?.kill('SIGKILL')
  await cap?.remove()
})

describe('a CPU cap on this machine', () => {
  it('holds a busy process to its share, and is gone afterwards', async () => {
    cap = openCpuCap(name, 0.1)
    const child = spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' })
    busy = child
    const pid = child.pid ?? 0
    cap.add(pid)
    const [from, began] = [readThreadSeconds(pid), performance.now()]
    const seconds = () => (performance.now() - began) / 1000
    await waitUntil({ what: 'two seconds', deadlineSeconds: 10, read: seconds, isDone: (now) => now >= 2 })
    const share = (readThreadSeconds(pid) - from) / seconds()
    expect(share).toBeGreaterThan(0.01)
    expect(share).toBeLessThan(0.15)
    const group = readFileSync(`/proc/${pid}/cgroup`, 'utf8')
    expect(group).toContain(name)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await cap.remove()
    expect(existsSync(`/sys/fs/cgroup/cpu/${name}`) || existsSync(`/sys/fs/cgroup/${name}`)).toBe(false)
  })
})
