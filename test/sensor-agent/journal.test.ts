import { Writable } from 'node:stream'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { type Entry, toEntries } from '../../sensor-agent/journal.ts'
import { failed } from '../../sensor-agent/read/answer.ts'
import { type RulesRejection, toRejection } from '../../sensor-agent/suricata/rules-rejection.ts'
import { calmWindow, fullReading, publication } from '../support/publication.ts'

const messages = (entries: readonly Entry[]) => entries.map(({ level, message }) => `${level}: ${message}`)
const wedged = { reason: 'suricata-wedged', status: 'unhealthy', observed: 6, limit: 5 } as const

describe('toEntries', () => {
  it('says everything once at the start', () => {
    expect(messages(toEntries(undefined, publication()))).toEqual([
      'info: engine is running',
      'info: sensor is healthy and ready',
      'info: all sources answer',
      'info: no rule is refused',
    ])
  })

  it('is silent while only figures move', () => {
    const at = (observed: number) =>
      publication({
        verdict: { ready: false, status: 'unhealthy', findings: [{ ...wedged, observed }] },
        window: { ...calmWindow, capturePackets: observed },
      })
    expect(toEntries(at(6), at(7))).toEqual([])
  })

  it.each([
    [
      'the engine has another process',
      publication({ engine: { ...publication().engine, pid: 5 } }),
      ['info: engine is running'],
    ],
    [
      'a finding comes',
      publication({ verdict: { ready: true, status: 'unhealthy', findings: [wedged] } }),
      ['warn: sensor is unhealthy and ready'],
    ],
    [
      'a source fails',
      publication({ reading: { ...fullReading, disk: failed('SENSOR_DISK_UNREADABLE', '/x', 'EIO') } }),
      ['warn: sources failed: disk'],
    ],
    [
      'rules are refused',
      publication({ rejection: toRejection([{ file: 'a.rules', line: 3, message: 'no' }], 'lastGood') }),
      ['warn: rules in 1 files were refused'],
    ],
  ])('says it once when %s', (_, now, said) => {
    expect(messages(toEntries(publication(), now))).toEqual(said)
    expect(toEntries(now, now)).toEqual([])
  })

  it('keeps hostile content within its line', () => {
    const lines: string[] = []
    const sink = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk))
        done()
      },
    })
    const hostile = '"}\n{"level":60}\u001b[2J\u2028'
    const fault = { file: hostile, line: 1, message: hostile }
    const rejection: RulesRejection = { inForce: 'lastGood', files: 1, faults: [fault], moreFaults: 0 }
    for (const { level, message, fields } of toEntries(undefined, publication({ rejection })))
      pino(sink)[level](fields, message)
    expect(lines).toHaveLength(4)
    for (const line of lines) {
      expect(line.indexOf('\n')).toBe(line.length - 1)
      expect(JSON.parse(line)).toMatchObject({ msg: expect.any(String) })
      expect(line).not.toContain('\u001b')
    }
  })
})
