import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readThreadCpu } from '../../../sensor-agent/read/thread-cpu.ts'
import { fixtureTrees } from '../../support/fixture-tree.ts'

const tree = fixtureTrees()
const stat = (tid: number, name: string, user: number, system: number) =>
  `${tid} (${name}) S 1 1 1 0 -1 0 0 0 0 0 ${user} ${system} 0 0 20 0 8 0 70384 0 0\n`

describe('CPU time of threads', () => {
  it('is that of each thread, user and system, by its own name, with how often a worker got a CPU', () => {
    const procRoot = tree({
      '42/task/42/stat': stat(42, 'Suricata-Main', 5, 3),
      '42/task/43/stat': stat(43, 'W#01-ens5', 100, 50),
      '42/task/43/status':
        'Name:\tW#01-ens5\nThreads:\t8\nvoluntary_ctxt_switches:\t70\nnonvoluntary_ctxt_switches:\t5\n',
      '42/task/44/stat': stat(44, 'odd) (name', 1, 1),
      '43/task/45/stat': stat(45, 'W#01-other', 900, 900),
    })
    expect(readThreadCpu({ procRoot, pid: 42 })).toEqual({
      ok: true,
      value: [
        { thread: 'Suricata-Main', cpuSeconds: 0.08, switches: 0 },
        { thread: 'W#01-ens5', cpuSeconds: 1.5, switches: 75 },
        { thread: 'odd) (name', cpuSeconds: 0.02, switches: 0 },
      ],
    })
  })

  it('passes over a thread that ended meanwhile', () => {
    const procRoot = tree({ '42/task/42/stat': stat(42, 'W#01-ens5', 100, 0) })
    mkdirSync(join(procRoot, '42/task/43'))
    expect(readThreadCpu({ procRoot, pid: 42 })).toMatchObject({ value: [{ thread: 'W#01-ens5' }] })
  })

  it('is a fault when the process is gone, or only its shell is left', () => {
    expect(readThreadCpu({ procRoot: tree({}), pid: 42 })).toMatchObject({ code: 'SENSOR_FILE_UNREADABLE' })
    const procRoot = tree({ '42/task/42/stat': '' })
    expect(readThreadCpu({ procRoot, pid: 42 })).toMatchObject({ code: 'SENSOR_FILE_UNKNOWN' })
  })

  it('is read of a real process', () => {
    const answer = readThreadCpu({ procRoot: '/proc', pid: process.pid })
    expect(answer.ok && answer.value.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)).toBeGreaterThan(0)
  })
})
