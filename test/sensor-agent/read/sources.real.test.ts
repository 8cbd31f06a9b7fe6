import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { failed } from '../../../sensor-agent/read/answer.ts'
import { monotonicClock } from '../../../sensor-agent/read/clock.ts'
import { openSources } from '../../../sensor-agent/read/sources.ts'
import type { SuricataSocket } from '../../../sensor-agent/read/suricata-socket.ts'
import type { Reading } from '../../../sensor-agent/sample/reading.ts'

const folder = mkdtempSync(join(tmpdir(), 'mft-sources-'))
afterAll(() => rmSync(folder, { recursive: true }))

const noEngine: SuricataSocket['ask'] = async (command) => failed('SENSOR_SOCKET_CLOSED', command)
const options = {
  clock: monotonicClock,
  deadlineSeconds: 3,
  socket: { ask: noEngine },
  pid: () => process.pid,
  interfaceName: 'lo',
  logDir: folder,
  procRoot: '/proc',
  sysRoot: '/sys',
}
const failures = (reading: Reading) =>
  Object.entries(reading).flatMap(([source, answer]) => (typeof answer === 'object' && !answer.ok ? [source] : []))

describe('openSources', () => {
  it('reads the kernel of this machine although the engine is not there', async () => {
    const reading = await openSources(options)()
    expect(failures(reading)).toEqual(['dump-counters', 'iface-stat'])
    expect(reading.disk.ok && reading.disk.value.freeBytes).toBeGreaterThan(0)
    expect(reading.atSeconds).toBeGreaterThan(0)
  })

  it('loses only the sources of a folder or an interface that is missing', async () => {
    const reading = await openSources({ ...options, sysRoot: folder, logDir: join(folder, 'gone') })()
    expect(failures(reading)).toEqual(['dump-counters', 'iface-stat', 'interface', 'disk'])
  })

  it('says that there is no engine instead of reading the threads of another process', async () => {
    const reading = await openSources({ ...options, pid: () => null })()
    expect(reading['thread-cpu']).toMatchObject({ ok: false, code: 'SENSOR_ENGINE_ABSENT' })
  })

  it('outlives a reader that throws and one that never ends', async () => {
    const ask: SuricataSocket['ask'] = (command) => {
      if (command === 'iface-stat') throw new Error('a fault of ours')
      return new Promise(() => {})
    }
    const reading = await openSources({ ...options, deadlineSeconds: 0.2, socket: { ask } })()
    expect(reading['iface-stat']).toMatchObject({ ok: false, code: 'SENSOR_SOURCE_BROKEN' })
    expect(reading['dump-counters']).toMatchObject({ ok: false, code: 'SENSOR_SOURCE_SLOW' })
    expect(reading.interface.ok).toBe(true)
  })
})
