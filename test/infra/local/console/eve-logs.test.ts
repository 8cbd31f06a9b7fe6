import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EveLogs } from '../../../../infra/local/console/eve-logs.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mft-eve-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const sensors = ['sensor-1', 'sensor-2', 'sensor-3']
const toSensor = (id: string) => ({ address: { id }, logFolder: join(folder, id) })
const log = (id: string): string => join(folder, id, 'eve.json')

describe('the logs of the sensors', () => {
  it('give each line once, with its sensor', async () => {
    for (const id of sensors) mkdirSync(join(folder, id))
    const logs = new EveLogs()
    const read = () => logs.read(sensors.map(toSensor), () => undefined)
    writeFileSync(log('sensor-2'), 'one\n')
    expect(await read()).toEqual([{ sensor: 'sensor-2', text: 'one' }])
    writeFileSync(log('sensor-2'), 'two\n', { flag: 'a' })
    expect(await read()).toEqual([{ sensor: 'sensor-2', text: 'two' }])
  })

  it('that cannot be read are told of, and keep back nobody else’s lines', async () => {
    for (const id of sensors) mkdirSync(join(folder, id))
    for (const id of ['sensor-1', 'sensor-3']) writeFileSync(log(id), 'one\n')
    mkdirSync(log('sensor-2'))
    writeFileSync(join(log('sensor-2'), 'x'), '')
    const faults: string[] = []
    const lines = await new EveLogs().read(sensors.map(toSensor), (fault) => void faults.push(fault))
    expect(lines.map(({ sensor }) => sensor)).toEqual(['sensor-1', 'sensor-3'])
    expect(faults).toEqual([expect.stringMatching(/^sensor-2: EISDIR/)])
  })
})
