import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { readDiskSpace } from '../../../sensor-agent/read/disk.ts'

describe('disk space', () => {
  it('is at most the size of the file system', async () => {
    const answer = await readDiskSpace({ folder: tmpdir() })
    if (!answer.ok) throw new Error(answer.fault)
    expect(answer.value.totalBytes).toBeGreaterThan(1_000_000)
    expect(answer.value.freeBytes).toBeGreaterThan(0)
    expect(answer.value.freeBytes).toBeLessThanOrEqual(answer.value.totalBytes)
  })

  it('is a fault that names the folder when it is missing', async () => {
    const answer = await readDiskSpace({ folder: '/nowhere/logs' })
    expect(answer).toMatchObject({ ok: false, code: 'SENSOR_DISK_UNREADABLE' })
    expect(answer.ok ? '' : answer.fault).toContain('/nowhere/logs')
  })
})
