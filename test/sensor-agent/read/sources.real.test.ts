import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { failed } from '../../../sensor-agent/read/answer.ts'
import { monotonicClock } from '../../../sensor-agent/read/clock.ts'
import { openSources } from '../../../sensor-agent/read/sources.ts'
import { decodeMessage } from '../../../sensor-agent/read/suricata-replies.ts'
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
  deviceNames: [],
  logDir: folder,
  procRoot: '/proc',
  sysRoot: '/sys',
}
const failures = (reading: Reading) =>
  Object.entries(reading).flatMap(([source, answer]) => (typeof answer === 'object' && !answer.ok ? [source] : []))

describe('openSources', () => {
  it('reads the kernel of this machine although the engine is not there', async () => {
    const reading = await openSources(options)()
    expect(failures(reading)).toEqual(['dump-counters', 'iface-stat', 'eve-log'])
    expect(reading.disk.ok && reading.disk.value.freeBytes).toBeGreaterThan(0)
    expect(reading.atSeconds).toBeGreaterThan(0)
  })

  it('loses only the sources of a folder or an interface that is missing', async () => {
    const reading = await openSources({ ...options, sysRoot: folder, logDir: join(folder, 'gone') })()
    expect(failures(reading)).toEqual(['dump-counters', 'iface-stat', 'interface', 'disk', 'eve-log'])
  })

  it('adds up what every interface captured, or says nothing of any', async () => {
    const asked: unknown[] = []
    const ask: SuricataSocket['ask'] = async (command, args) => {
      if (command !== 'iface-stat') return failed('SENSOR_SOCKET_CLOSED', command)
      asked.push(args?.iface)
      const counters = { pkts: 10, drop: 1, 'invalid-checksums': 2, bypassed: 0 }
      return decodeMessage(command, args?.iface === 'vni9' ? {} : counters)
    }
    const read = (...deviceNames: readonly string[]) => openSources({ ...options, deviceNames, socket: { ask } })()
    const { 'iface-stat': whole } = await read('vni7', 'vni8')
    expect(whole).toEqual({ ok: true, value: { packets: 30, drops: 3, invalidChecksums: 6 } })
    expect(asked).toEqual(['lo', 'vni7', 'vni8'])
    expect((await read('vni7', 'vni9'))['iface-stat']).toMatchObject({ ok: false, code: 'SENSOR_COUNTERS_UNKNOWN' })
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

  it('keeps its pace while the socket is silent, and asks for the capture before the long reply', async () => {
    const asked: string[] = []
    const ask: SuricataSocket['ask'] = async (command) => {
      asked.push(command)
      if (asked.length > 2) return new Promise(() => {})
      return failed('SENSOR_SOCKET_SILENT', '/run/s', command, 2)
    }
    const read = openSources({ ...options, deadlineSeconds: 30, socket: { ask } })
    await read()
    expect(asked).toEqual(['iface-stat', 'dump-counters'])
    const started = performance.now()
    const reading = await read()
    expect(performance.now() - started).toBeLessThan(5000)
    expect(reading['iface-stat']).toMatchObject({ ok: false, code: 'SENSOR_SOCKET_SILENT' })
  })
})
