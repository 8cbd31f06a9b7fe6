import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acquireAgentLock } from '../../../sensor-agent/suricata/agent-lock.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mft-lock-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const acquire = () => acquireAgentLock(folder, 'mft-lock0', join(folder, 'agent.json'))
const holder = `
  import { acquireAgentLock } from '${new URL('../../../sensor-agent/suricata/agent-lock.ts', import.meta.url)}'
  await acquireAgentLock('${'FOLDER'}', 'mft-lock0', 'FOLDER/agent.json'); console.log('held'); setInterval(() => {}, 1000)`

async function startHolder() {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', holder.replaceAll('FOLDER', folder)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

describe('acquireAgentLock', () => {
  it('refuses while another process holds it, names that one, and is free the moment it dies of SIGKILL', async () => {
    const child = await startHolder()
    const exited = once(child, 'exit')
    await expect(acquire()).rejects.toThrow(`another agent (pid ${child.pid}) runs the sensor in ${folder}`)
    child.kill('SIGKILL')
    await exited
    const lock = await acquire()
    await lock.release()
  })

  it('is given to exactly one of many at once', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 20 }, acquire))
    const held = tries.filter((each) => each.status === 'fulfilled')
    expect(held).toHaveLength(1)
    for (const { value } of held) await value.release()
  })

  it('refuses another sensor on the same interface, and nothing of that stays', async () => {
    const lock = await acquire()
    const other = () => acquireAgentLock(`${folder}/other`, 'mft-lock0', join(folder, 'other.json'))
    await expect(other()).rejects.toThrow('another agent captures on mft-lock0 in this network namespace')
    await lock.release()
    await (await other()).release()
  })

  it('is given where the record cannot be written: the disk is full, or worse', async () => {
    const lock = await acquireAgentLock(folder, 'mft-lock0', join(folder, 'absent', 'agent.json'))
    await expect(acquire()).rejects.toThrow('another agent (pid unknown)')
    await lock.release()
  })

  it('does not mind a record that a dead agent, or somebody, left behind', async () => {
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    for (const text of ['', '{"pid":', JSON.stringify({ pid: 1, startTicks: 1, bootId: bootId.replace(/./, 'x') })]) {
      writeFileSync(join(folder, 'agent.json'), text)
      await (await acquire()).release()
    }
  })
})
