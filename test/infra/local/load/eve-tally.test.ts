import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addEvents, EveTally, toEventKind } from '../../../../infra/local/load/eve-tally.ts'
import { canaryRule } from '../../../../load/scenarios/canary-rule.ts'

const event = (fields: object): string => JSON.stringify({ timestamp: '2026-01-01T00:00:00', ...fields })
const http = event({ event_type: 'http', http: { url: '/' } })
const query = event({ event_type: 'dns', dns: { type: 'query', rrname: 'a.test' } })
const canary = event({ event_type: 'alert', alert: { signature_id: 1000002 }, http: { url: '/' } })

describe('toEventKind', () => {
  it.each([
    ['http', http],
    ['tls', event({ event_type: 'tls', tls: { sni: 'a.test' } })],
    ['dns', query],
    ['alert', canary],
    [null, event({ event_type: 'dns', dns: { type: 'answer', rrname: 'a.test' } })],
    [null, event({ event_type: 'alert', alert: { signature_id: 10000021 } })],
    [null, event({ event_type: 'flow', app_proto: 'http' })],
    // What a URL says is the traffic's, not the engine's.
    [null, event({ event_type: 'flow', url: '"event_type":"http"' })],
    [null, http.slice(0, -1)],
    [null, ''],
  ])('is %s for %s', (kind, line) => {
    expect(toEventKind(line)).toBe(kind)
  })

  it('knows the alert of the rule that the canary trips', () => {
    expect(canaryRule).toContain('sid:1000002;')
  })
})

describe('EveTally', () => {
  let folder = ''
  let path = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mft-eve-'))
    path = join(folder, 'eve.json')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('counts what comes after it was made, each line once however often it looks', async () => {
    writeFileSync(path, `${http}\n`)
    const tally = await EveTally.from(path)
    expect(await tally.read()).toEqual({ http: 0, tls: 0, dns: 0, alert: 0 })
    appendFileSync(path, `${http}\n${query}\n${canary}\n`)
    expect(await tally.read()).toEqual({ http: 1, tls: 0, dns: 1, alert: 1 })
    expect(await tally.read()).toEqual({ http: 1, tls: 0, dns: 1, alert: 1 })
  })

  it('waits for the end of a line that is being written, also where a character is cut in two', async () => {
    const tally = await EveTally.from(path)
    const line = Buffer.from(`${event({ event_type: 'http', http: { url: '/ä' } })}\n`)
    const middle = line.indexOf(0xc3) + 1
    appendFileSync(path, line.subarray(0, middle))
    expect((await tally.read()).http).toBe(0)
    appendFileSync(path, line.subarray(middle))
    expect((await tally.read()).http).toBe(1)
  })

  it('counts a log of several megabytes', async () => {
    const tally = await EveTally.from(path)
    const lines = 20_000
    const long = event({ event_type: 'http', http: { url: `/${'x'.repeat(150)}` } })
    writeFileSync(path, `${long}\n`.repeat(lines))
    expect((await tally.read()).http).toBe(lines)
  })
})

describe('addEvents', () => {
  it('adds kind by kind', () => {
    const one = { http: 1, tls: 2, dns: 3, alert: 4 }
    expect(addEvents([one, one])).toEqual({ http: 2, tls: 4, dns: 6, alert: 8 })
    expect(addEvents([])).toEqual({ http: 0, tls: 0, dns: 0, alert: 0 })
  })
})
