import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProcessRecord, readRecord, sendRecord } from '../../../sensor-agent/suricata/process-record.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mft-record-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const record: ProcessRecord = {
  pid: 4711,
  startTicks: 1234,
  bootId: '7f3f2f6e-0a57-4a44-9a0c-2f9a4b1f3c55',
  rulesFingerprint: null,
  ready: true,
}

describe('the record of the engine', () => {
  it('is read as it was written, and nothing else lies beside it', async () => {
    const path = join(folder, 'process.json')
    await sendRecord(path, record)
    expect(await readRecord(path, ProcessRecord)).toEqual(record)
    expect(readdirSync(folder)).toEqual(['process.json'])
  })

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['cut off', JSON.stringify(record).slice(0, 40)],
    ['of another shape', '[1]'],
    ['of process 1, which is never ours', JSON.stringify({ ...record, pid: 1 })],
    ['of a process group, as kill(2) would take it', JSON.stringify({ ...record, pid: -1 })],
  ])('is none when it is %s', async (_, text) => {
    const path = join(folder, 'odd.json')
    rmSync(path, { force: true })
    if (text !== undefined) writeFileSync(path, text)
    expect(await readRecord(path, ProcessRecord)).toBeNull()
  })
})
