import { type ChildProcess, spawn } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { readProcessState } from '../../../sensor-agent/read/process-state.ts'

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

const stateOf = (pid: number) => {
  const answer = readProcessState({ procRoot: '/proc', pid })
  return answer.ok ? answer.value.state : answer.code
}

describe('the state of a process', () => {
  it('tells a stopped one from a sleeping one, and its start stays the same', async () => {
    const child = spawn('sleep', ['60'])
    started.push(child)
    const pid = child.pid ?? 0
    await expect.poll(() => stateOf(pid)).toBe('S')
    const before = readProcessState({ procRoot: '/proc', pid })
    child.kill('SIGSTOP')
    await expect.poll(() => stateOf(pid)).toBe('T')
    const after = readProcessState({ procRoot: '/proc', pid })
    expect(before.ok && after.ok && before.value.startTicks === after.value.startTicks).toBe(true)
  })

  it('is a fault when there is no such process', () => {
    expect(stateOf(4_194_305)).toBe('SENSOR_FILE_UNREADABLE')
  })
})
