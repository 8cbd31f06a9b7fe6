import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readEveLog } from '../../../sensor-agent/read/eve-log.ts'

describe('eve.json', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'eve-log-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('has its size, and its age since it was last written to', async () => {
    const path = join(folder, 'eve.json')
    writeFileSync(path, '{}\n')
    utimesSync(path, 1_000, 1_000)
    expect(await readEveLog({ folder, nowSeconds: () => 1_007.5 })).toEqual({
      ok: true,
      value: { bytes: 3, ageSeconds: 7.5 },
    })
  })

  it('is not older than nothing where the clock of the wall was set back', async () => {
    writeFileSync(join(folder, 'eve.json'), '')
    expect(await readEveLog({ folder, nowSeconds: () => 0 })).toMatchObject({ value: { ageSeconds: 0 } })
  })

  it('is a fault that names the file when it is missing', async () => {
    const answer = await readEveLog({ folder })
    expect(answer).toMatchObject({ ok: false, code: 'SENSOR_FILE_UNREADABLE' })
    expect(answer.ok ? '' : answer.fault).toContain(join(folder, 'eve.json'))
  })
})
