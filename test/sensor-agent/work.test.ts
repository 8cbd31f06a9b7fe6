import { describe, expect, it } from 'vitest'
import { failed } from '../../sensor-agent/read/answer.ts'
import { idle, nextWork } from '../../sensor-agent/work.ts'
import { fullReading } from '../support/publication.ts'

describe('nextWork', () => {
  it('counts samples, skipped ones and failures by source', () => {
    const broken = { ...fullReading, disk: failed('SENSOR_DISK_UNREADABLE', '/x', 'ENOENT') }
    const work = nextWork(nextWork(nextWork(idle, fullReading, 0, 0.1), broken, 3, 0.2), broken, 0, 0.3)
    expect(work).toMatchObject({ samples: 3, samplesSkipped: 3, sampleDurationSeconds: 0.3 })
    expect(work.sourceFailures).toEqual({ ...idle.sourceFailures, disk: 2 })
  })

  it('knows when each source last answered, and counts from the first sample for one that never did', () => {
    const silent = failed('SENSOR_SOCKET_SILENT', '/run/s', 'dump-counters', 2)
    const at = (atSeconds: number, disk = fullReading.disk) => ({
      ...{ ...fullReading, atSeconds, disk },
      'dump-counters': silent,
    })
    const gone = failed('SENSOR_DISK_UNREADABLE', '/x', 'ENOENT')
    const work = [at(10), at(11), at(12, gone)].reduce((before, reading) => nextWork(before, reading, 0, 0), idle)
    expect(work.answeredSeconds).toMatchObject({ 'dump-counters': 10, disk: 11, interface: 12 })
  })
})
